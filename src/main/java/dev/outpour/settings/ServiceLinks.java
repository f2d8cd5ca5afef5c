package dev.outpour.settings;

import java.util.regex.Pattern;

/**
 * The variables that Kubernetes sets in each container for each service, named by the service.
 * Those of a service {@code outpour-http} look like settings, and {@code OUTPOUR_HTTP_PORT} is one.
 */
final class ServiceLinks {

  /** Advice for a setting that such a variable has set. */
  static final String ADVICE =
      "; a service link of Kubernetes set it: give the pod enableServiceLinks: false";

  private static final Pattern ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");
  private static final Pattern NAME =
      Pattern.compile(
          ".+_SERVICE_(HOST|PORT(_.+)?)|.+_PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?");

  private ServiceLinks() {}

  /** Whether an unknown variable is one of them. */
  static boolean include(String name, String value) {
    return NAME.matcher(name).matches() || (name.endsWith("_PORT") && isAddress(value));
  }

  /** Whether a value has the form of such a variable, which no setting has. */
  static boolean isAddress(Object value) {
    return value instanceof String text && ADDRESS.matcher(text).matches();
  }
}
