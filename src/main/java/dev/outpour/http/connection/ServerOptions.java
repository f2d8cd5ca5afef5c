package dev.outpour.http.connection;

import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The options of the HTTP servers: HTTP versions and TLS. */
public final class ServerOptions {

  /** The longest request target over HTTP/2. */
  public static final int MAX_LINE_BYTES = 8 * 1024;

  private static final int BACKLOG = 4_096;

  /** How many requests and event streams one HTTP/2 connection may have at once. */
  private static final int MAX_STREAMS = 100;

  /** Large enough that bodies that wait for the log do not block others on the connection. */
  private static final int CONNECTION_WINDOW_BYTES = 1024 * 1024;

  private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");

  /** The suites with forward secrecy and authenticated encryption. */
  private static final List<String> SUITES =
      List.of(
          "TLS_AES_256_GCM_SHA384",
          "TLS_AES_128_GCM_SHA256",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private ServerOptions() {}

  /** Without TLS. */
  public static HttpServerOptions plain(boolean http2) {
    return new HttpServerOptions()
        .setAcceptBacklog(BACKLOG)
        .setHttp2ClearTextEnabled(http2)
        .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(MAX_STREAMS))
        .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
        // WebSockets are not used; their handler would see every write.
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false);
  }

  /**
   * With TLS and HTTP/2.
   *
   * @param beginMillis how long the handshake may take
   */
  public static HttpServerOptions tls(PemKeyCertOptions certificate, long beginMillis) {
    HttpServerOptions options = plain(false).setSsl(true).setUseAlpn(true);
    options
        .setKeyCertOptions(certificate)
        .setEnabledSecureTransportProtocols(PROTOCOLS)
        .setSslHandshakeTimeout(beginMillis)
        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
        .setSslEngineOptions(new TlsEngine(beginMillis));
    SUITES.forEach(options::addEnabledCipherSuite);
    return options;
  }

  /** The options of {@link #tls} that may change while a server runs. */
  public static ServerSSLOptions certificate(PemKeyCertOptions certificate, long beginMillis) {
    return tls(certificate, beginMillis).getSslOptions();
  }
}
