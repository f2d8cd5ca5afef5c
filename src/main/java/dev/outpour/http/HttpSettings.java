package dev.outpour.http;

import dev.outpour.auth.AuthSettings;
import dev.outpour.http.connection.CertificateFiles;
import dev.outpour.http.connection.TlsSettings;
import dev.outpour.http.request.AllowedOrigins;
import dev.outpour.settings.Loopback;
import dev.outpour.settings.Section;
import dev.outpour.settings.Settings;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The settings of the section {@code http}.
 *
 * @param host the addresses to listen on; default localhost: both loopback addresses
 * @param port the port of all addresses, 0 to 65,535, 0 for a free one; default 3000
 * @param serve the endpoints; default all but {@code revoke}, and if other machines can connect,
 *     none of those for operators
 * @param stallSeconds after how long a subscriber that accepts no pending data is disconnected, 1
 *     to 86,400; default 120
 * @param drainSeconds how long a shutdown lets subscribers reach the head, 0 to 3600; default 20
 * @param hosts the names under which the hub answers, besides {@code localhost} and IP addresses;
 *     default none on the loopback, any elsewhere
 * @param origins other origins whose pages may publish, {@code https://shop.example} or {@code
 *     https://*.shop.example}; default none
 * @param maxUpdateKilobytes the largest update, in kilobytes of 1024, 1 to 65,536; default 1024
 * @param pageCacheMegabytes memory for pages of the log, shared by all subscribers, in megabytes of
 *     1024 × 1024, 8 to 65,536, and never more than a quarter of the heap; default 64
 * @param accessLog whether each request is logged; default false
 * @param presence whether {@code outpour/presence/<topic>} has the number of a topic's subscribers;
 *     default false
 * @param directWrites whether events are written to sockets directly if that works, instead of
 *     through the HTTP responses of Vert.x; default true
 * @param tls the certificate and its key
 * @param healthFile a file to which the hub writes its health every few seconds; default none
 * @param clearTextHttp2 whether to accept HTTP/2 without TLS, on the loopback only; default false
 */
public record HttpSettings(
    List<String> host,
    int port,
    Set<Service> serve,
    int stallSeconds,
    int drainSeconds,
    List<String> hosts,
    List<String> origins,
    int maxUpdateKilobytes,
    int pageCacheMegabytes,
    boolean accessLog,
    boolean presence,
    boolean directWrites,
    TlsSettings tls,
    String healthFile,
    boolean clearTextHttp2) {

  /** What a hub can serve. */
  public enum Service {
    PAGE,
    EVENTS,
    UPDATE,
    HEALTH,
    METRICS,
    OPENAPI,
    REVOKE,
    CONSOLE,
    TOPICS,
    READERS
  }

  public static HttpSettings from(Section section) {
    List<String> host = section.oneOrMore("host", "localhost", any -> {});
    Set<Service> serve = section.words("serve", Service.class, defaults(host));
    if (serve.isEmpty()) {
      section.fault(
          "serve", "must name at least one endpoint; to serve nothing, remove the section http");
    }
    HttpSettings settings =
        new HttpSettings(
            host,
            section.integer("port", 3000, 0, 65_535),
            serve,
            section.integer("stallSeconds", 120, 1, 86_400),
            section.integer("drainSeconds", 20, 0, 3600),
            section.texts("hosts", List.of(), HttpSettings::checkHost),
            section.texts("origins", List.of(), AllowedOrigins::check),
            section.integer("maxUpdateKilobytes", 1024, 1, 65_536),
            section.integer("pageCacheMegabytes", 64, 8, 65_536),
            section.flag("accessLog", false),
            section.flag("presence", false),
            section.flag("directWrites", true),
            TlsSettings.from(section),
            section.optional("healthFile", Section::checkFile),
            section.flag("clearTextHttp2", false));
    if (settings.clearTextHttp2 && settings.tls.isOn()) {
      section.fault("clearTextHttp2", "must be false with TLS, which includes HTTP/2");
    }
    return settings;
  }

  /** The endpoints for operators are served by default only if no other machine can connect. */
  private static Set<Service> defaults(List<String> host) {
    return isLoopback(host)
        ? EnumSet.complementOf(EnumSet.of(Service.REVOKE))
        : EnumSet.of(
            Service.PAGE,
            Service.EVENTS,
            Service.UPDATE,
            Service.HEALTH,
            Service.METRICS,
            Service.OPENAPI);
  }

  /** Whether an endpoint is served. */
  boolean serves(Service service) {
    return serve.contains(service);
  }

  /** Whether an endpoint is served that needs a log. */
  public boolean needsLog() {
    return !Collections.disjoint(
        serve,
        EnumSet.of(
            Service.EVENTS, Service.UPDATE, Service.CONSOLE, Service.TOPICS, Service.READERS));
  }

  /** Whether only programs on this machine can connect. */
  public boolean loopback() {
    return isLoopback(host);
  }

  private static boolean isLoopback(List<String> host) {
    return host.stream().allMatch(Loopback::is);
  }

  /** The addresses to which other machines can connect, as configured. */
  private String open() {
    return host.stream().filter(each -> !Loopback.is(each)).collect(Collectors.joining(", "));
  }

  /** Whether the hub answers under every name, not only under listed ones. */
  public boolean anyName() {
    return hosts.isEmpty() && !loopback();
  }

  /**
   * The value of {@code Strict-Transport-Security}, if it is sent. It is not sent on the loopback:
   * it would apply to all ports, and so to other servers under development.
   */
  Optional<String> transportSecurity() {
    return tls.isOn() && tls.hstsSeconds() > 0 && !loopback()
        ? Optional.of("max-age=" + tls.hstsSeconds())
        : Optional.empty();
  }

  /** Adds a fault if other machines can connect although nothing allows that explicitly. */
  public void checkExposure(Settings settings, AuthSettings auth) {
    if (!loopback() && !auth.hasKeys() && auth.anonymous().isEmpty()) {
      settings.fault(
          "http.host: "
              + open()
              + " is not the loopback, so other machines may connect, and no keys are configured:"
              + " add them to \"auth\", add \"auth\": {\"anonymous\": true} if anyone may read and"
              + " publish, or listen on localhost");
    }
    if (!loopback() && clearTextHttp2) {
      settings.fault(
          "http.clearTextHttp2: must be false, since other machines can connect to "
              + open()
              + ": it is meant for a proxy on this machine");
    }
  }

  /** Adds a fault if the certificate cannot be used. Reads files; blocks. */
  public void checkFiles(Settings settings) {
    if (tls.isOn()) {
      try {
        CertificateFiles.read(tls);
      } catch (IllegalArgumentException e) {
        settings.fault("http.tlsCertificate: " + e.getMessage());
      }
    }
  }

  private static void checkHost(String host) {
    if (host.matches(".*[\\s/*@?#].*")) {
      throw new IllegalArgumentException("must be plain host names");
    }
  }
}
