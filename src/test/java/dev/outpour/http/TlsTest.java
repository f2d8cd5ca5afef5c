package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outpour.Await;
import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.TestCertificate;
import dev.outpour.TestHub;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A listener with TLS: accepted clients, certificates, headers. */
class TlsTest {

  private static final String HEALTH = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private static TestHub hub;

  @TempDir private Path directory;

  @BeforeAll
  static void start() {
    hub =
        TestHub.start(
            new JsonObject()
                .put("http", TestHub.tls())
                .put("limits", new JsonObject().put("headSeconds", 2)));
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  /** Accepts any certificate, to inspect it. */
  private static final class Anyone implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static SSLSession shake(int port, String protocol, String... suites) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anyone()}, null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("localhost", port)) {
      socket.setSoTimeout((int) Await.LONG.toMillis());
      socket.setEnabledProtocols(new String[] {protocol});
      if (suites.length > 0) {
        socket.setEnabledCipherSuites(suites);
      }
      socket.startHandshake();
      return socket.getSession();
    }
  }

  private static Certificate shown(int port) {
    try {
      return shake(port, "TLSv1.3").getPeerCertificates()[0];
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.3, TLS_AES_128_GCM_SHA256",
    "TLSv1.3, TLS_CHACHA20_POLY1305_SHA256",
    "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  })
  void newVersionsWithStrongSuitesAreSpoken(String protocol, String suite) throws Exception {
    SSLSession session = shake(hub.port(), protocol, suite);
    assertThat(session.getProtocol()).isEqualTo(protocol);
    assertThat(session.getCipherSuite()).isEqualTo(suite);
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
    "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLSv1.2, TLS_RSA_WITH_AES_128_GCM_SHA256",
  })
  void weakSuitesAreNot(String protocol, String suite) {
    assertThatThrownBy(() -> shake(hub.port(), protocol, suite)).isInstanceOf(SSLException.class);
  }

  @Test
  void olderClientsReadAndPublishByTheOlderHttp() {
    try (RawHttp reader = hub.connect();
        RawHttp publisher = hub.connect()) {
      reader.send("GET /events?topic=old HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(reader.readUntil("\r\n\r\n")).containsIgnoringCase("transfer-encoding: chunked");
      reader.readUntil("\n\n");
      publisher.send(
          "POST /update?topic=old HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n\"1\"");
      assertThat(publisher.answer().status()).isEqualTo(200);
      assertThat(reader.readUntil("\n\n")).contains("data: \"1\"\n");
    }
  }

  @Test
  void pagesOfTheSameServerWithoutTlsMayNotPublish() {
    String origin = "localhost:" + hub.port();
    assertThat(hub.post("", null, "1", "Origin", "https://" + origin).statusCode()).isEqualTo(200);
    assertThat(hub.post("", null, "1", "Origin", "http://" + origin).statusCode()).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 600, max-age=600",
    "0.0.0.0, 0,",
    "localhost, 600,",
  })
  void browsersAreToldToStayWithTlsUnlessItIsOnTheLoopback(String host, int seconds, String said)
      throws Exception {
    JsonObject http = TestHub.tls().put("host", host).put("hstsSeconds", seconds);
    JsonObject auth = new JsonObject().put("anonymous", true);
    TestHub.run(
        new JsonObject().put("http", http).put("auth", auth),
        own -> {
          try (RawHttp raw = own.connect()) {
            RawHttp.Answer answer = raw.send(HEALTH).answer();
            assertThat(answer.header("Strict-Transport-Security")).isEqualTo(said);
            answer = raw.send(HEALTH.replace("health", "nothing")).answer();
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.header("Strict-Transport-Security")).isEqualTo(said);
          }
        });
  }

  @Test
  void whoDoesNotSpeakTlsOrIsLateWithItIsClosedAndNobodyIsTroubled() throws IOException {
    try (LogLines log = LogLines.listen();
        RawHttp plain = RawHttp.connect(hub.port());
        Socket silent = new Socket("localhost", hub.port());
        SSLSocket idle = idleHttp2()) {
      plain.send(new byte[] {0, 1, 2, 3, 4, 5, 6, 7});
      plain.awaitClose();
      for (Socket late : List.of(silent, idle)) {
        late.setSoTimeout((int) Await.LONG.toMillis());
        readAll(late);
      }
      assertThat(log.troubles()).isEmpty();
    }
  }

  @Test
  void whoSpeaksHttpWithoutTlsIsToldSo() {
    try (LogLines log = LogLines.listen()) {
      for (String first : List.of(HEALTH, "GET /", "get / HTTP/1.1\r\n\r\n", "P")) {
        try (RawHttp plain = RawHttp.connect(hub.port())) {
          RawHttp.Answer answer = plain.send(first).answer();
          assertThat(Problems.check(400, answer).getString("detail"))
              .isEqualTo("This port requires TLS: use https:// instead of http://");
          assertThat(answer.header("Connection")).isEqualToIgnoringCase("close");
          plain.awaitClose();
        }
      }
      assertThat(log.troubles()).isEmpty();
    }
  }

  private static SSLSocket idleHttp2() throws IOException {
    SSLSocket socket =
        (SSLSocket)
            TestCertificate.shared()
                .trusting()
                .getSocketFactory()
                .createSocket("localhost", hub.port());
    var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    socket.getOutputStream().write("PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static void readAll(Socket socket) throws IOException {
    try {
      socket.getInputStream().readAllBytes();
    } catch (SSLException e) {
      // The connection is closed without close_notify.
    }
  }

  @Test
  void newCertificateIsShownToNewConnectionsAndTheOldOnesGoOn() throws Exception {
    TestCertificate first = TestCertificate.shared();
    TestCertificate second = TestCertificate.create("second", "-keyalg", "RSA", "-keysize", "2048");
    Path certificate = Files.copy(first.certificate(), directory.resolve("certificate.pem"));
    Path key = Files.copy(first.key(), directory.resolve("key.pem"));
    JsonObject http =
        new JsonObject()
            .put("tlsCertificate", certificate.toString())
            .put("tlsKey", key.toString());
    TestHub.run(
        new JsonObject().put("http", http),
        own -> {
          try (LogLines log = LogLines.listen();
              SseClient reader = own.read("topic=t")) {
            assertThat(shown(own.port())).isEqualTo(first.x509());
            Files.copy(second.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(second.key(), key, StandardCopyOption.REPLACE_EXISTING);
            Await.until(
                "the new certificate is used", () -> shown(own.port()).equals(second.x509()));

            Files.writeString(certificate, "nonsense");
            Await.until(
                "told",
                () -> log.troubles().stream().anyMatch(each -> each.contains("no certificate")));
            assertThat(shown(own.port())).isEqualTo(second.x509());
            own.vertx().eventBus().send("outpour.ingest", "1", topic("t"));
            assertThat(reader.awaitEvents(1).get(0).data()).isEqualTo("1");
            // Both event loops have used it by now without failing.
            assertThat(log.troubles()).allMatch(each -> each.contains("no certificate"));
          }
        });
  }

  private static DeliveryOptions topic(String topic) {
    return new DeliveryOptions().addHeader("topic", topic);
  }
}
