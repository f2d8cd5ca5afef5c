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
 * Where readers and publishers connect, and what they find there.
 *
 * @param host the addresses to listen on; default localhost, which is both of the loopback
 * @param port 0 to 65,535, 0 for any that is free, one for all addresses; default 3000
 * @param serve what is answered here; default everything but {@code revoke}, and where other
 *     machines can connect nothing of what is for operators
 * @param stallSeconds how long a reader may take nothing while something waits for it, 1 to 86,400;
 *     default 120
 * @param drainSeconds how long a shutdown lets readers reach the head, 0 to 3600; default 20
 * @param hosts names under which it may be addressed, besides {@code localhost} and IP addresses;
 *     default none on the loopback, any elsewhere
 * @param origins other origins whose pages may publish, {@code https://shop.example} or {@code
 *     https://*.shop.example}; default none
 * @param maxUpdateKilobytes the largest update taken, in kilobytes of 1024, 1 to 65,536; default
 *     1024
 * @param pageCacheMegabytes memory for pages of the log, shared by all readers, in megabytes of
 *     1024 × 1024, 8 to 65,536, and never more than a quarter of the heap; default 64
 * @param accessLog whether the log says of each request what came of it; default false
 * @param presence whether it is told on {@code outpour/presence/<topic>} how many readers a topic
 *     has; default false
 * @param directWrites whether events go to sockets directly where that works, and not through the
 *     HTTP responses of Vert.x; default true
 * @param tls how it shows who it is
 * @param healthFile a file that says every few seconds how the hub is, for who looks from the same
 *     machine; default none
 * @param clearTextHttp2 whether HTTP/2 is spoken without TLS, on the loopback only; default false
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

  /** What a listener can answer. */
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
      section.fault("serve", "must name something; to listen nowhere, leave the section http out");
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
      section.fault("clearTextHttp2", "must be false where there is TLS: it brings HTTP/2 itself");
    }
    return settings;
  }

  /** What is for operators is served by default where only this machine can connect. */
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

  /** Whether something is answered here. */
  boolean serves(Service service) {
    return serve.contains(service);
  }

  /** Whether something is answered here that takes a log. */
  public boolean needsLog() {
    return !Collections.disjoint(
        serve,
        EnumSet.of(
            Service.EVENTS, Service.UPDATE, Service.CONSOLE, Service.TOPICS, Service.READERS));
  }

  /** Whether only programs of this machine can connect. */
  public boolean loopback() {
    return isLoopback(host);
  }

  private static boolean isLoopback(List<String> host) {
    return host.stream().allMatch(Loopback::is);
  }

  /** Those addresses to which other machines can connect, as they are written. */
  private String open() {
    return host.stream().filter(each -> !Loopback.is(each)).collect(Collectors.joining(", "));
  }

  /** Whether it answers under every name, and not only under those that are listed. */
  public boolean anyName() {
    return hosts.isEmpty() && !loopback();
  }

  /**
   * What browsers are told about coming by TLS alone, if they are. Of the loopback they are not: it
   * would hold for all its ports, and so for what else is developed there.
   */
  Optional<String> transportSecurity() {
    return tls.isOn() && tls.hstsSeconds() > 0 && !loopback()
        ? Optional.of("max-age=" + tls.hstsSeconds())
        : Optional.empty();
  }

  /** Adds a fault if strangers could come in, and nobody has said that they may. */
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
          "http.clearTextHttp2: must be false where other machines can connect, as they can to "
              + open()
              + ": it is for a proxy on this machine");
    }
  }

  /** Adds a fault if the certificate cannot be used. It reads files, and blocks. */
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
