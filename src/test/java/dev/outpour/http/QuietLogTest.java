package dev.outpour.http;

import static dev.outpour.RawHttp2.END_HEADERS;
import static dev.outpour.RawHttp2.END_STREAM;
import static dev.outpour.RawHttp2.HEADERS;
import static dev.outpour.RawHttp2.PING;
import static dev.outpour.RawHttp2.PRIORITY;
import static dev.outpour.RawHttp2.RST_STREAM;
import static dev.outpour.RawHttp2.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outpour.RawHttp;
import dev.outpour.RawHttp2;
import dev.outpour.TestCertificate;
import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A hundred bad requests make a few log lines: strangers cannot fill the log, and clients that
 * disconnect cause no warning.
 */
class QuietLogTest {

  private static final int TIMES = 100;

  /** At most one line a second and event loop about refusals. */
  private static final int MOST_LINES = 40;

  private static TestHub hub;

  private LogLines log;

  @BeforeAll
  static void start() {
    hub = TestHub.start(new JsonObject().put("http", TestHub.tls()));
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  @BeforeEach
  void listen() {
    log = LogLines.listen();
  }

  @AfterEach
  void littleIsSaidAndNoTrouble() {
    // All earlier requests have ended before these.
    for (int i = 0; i < 8; i++) {
      try (RawHttp other = hub.connect()) {
        other.send("GET /page.css HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(other.answer().status()).isEqualTo(200);
      }
    }
    log.close();
    assertThat(log.troubles()).isEmpty();
    assertThat(log.all()).hasSizeLessThan(MOST_LINES);
  }

  private record Case(String name, Consumer<RawHttp2> frames) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final List<String> PATHS =
      List.of("/", "/page.css", "/outpour.js", "/metrics", "/openapi.json", "/topics", "/events");

  /** What a client may send right after its requests. */
  private static Stream<Case> endings() {
    return Stream.of(
        new Case(
            "streams that are cancelled", raw -> each(raw, id -> raw.frameOf(RST_STREAM, id, 8))),
        new Case(
            "streams that get no room", raw -> each(raw, id -> raw.frameOf(WINDOW_UPDATE, id, 0))),
        new Case(
            "streams that get too much room",
            raw -> each(raw, id -> raw.frameOf(WINDOW_UPDATE, id, Integer.MAX_VALUE))),
        new Case(
            "a priority that is cut off", raw -> raw.frame(PRIORITY, 0, 1, (byte) 0, (byte) 0)),
        new Case(
            "a stream that depends on itself",
            raw -> raw.frame(PRIORITY, 0, 1, (byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 1)),
        new Case(
            "room for all that is too much",
            raw -> raw.frameOf(WINDOW_UPDATE, 0, Integer.MAX_VALUE)),
        new Case("a frame that is too large", raw -> raw.frame(0, 0, 1, new byte[20_000])),
        new Case(
            "a head that cannot be unpacked",
            raw -> raw.frame(HEADERS, END_HEADERS | END_STREAM, 99, (byte) -1, (byte) -1)),
        new Case("a ping that is cut off", raw -> raw.frame(PING, 0, 0, (byte) 1)),
        new Case("nothing more", raw -> {}));
  }

  private static void each(RawHttp2 raw, Consumer<Integer> stream) {
    for (int i = 0; i < PATHS.size(); i++) {
      stream.accept(2 * i + 1);
    }
  }

  @ParameterizedTest
  @MethodSource("endings")
  void whoLeavesInTheMiddleOfAnAnswerIsNoTrouble(Case how) {
    SSLContext tls = TestCertificate.shared().trusting();
    for (int i = 0; i < TIMES / 4; i++) {
      // With no window for a body, each response stays unfinished; with a window, it may end.
      try (RawHttp2 raw = RawHttp2.connect(hub.port(), tls)) {
        if (i % 2 == 0) {
          raw.greet(4, 0);
        } else {
          raw.greet();
        }
        for (int path = 0; path < PATHS.size(); path++) {
          raw.get(2 * path + 1, PATHS.get(path));
        }
        if (i % 3 == 0) {
          raw.send();
          raw.await(HEADERS, 1);
        }
        how.frames.accept(raw);
        raw.send();
      }
    }
  }

  @Test
  void handshakesThatFailAreNoTrouble() throws IOException {
    for (int i = 0; i < TIMES; i++) {
      try (Socket raw = new Socket("localhost", hub.port())) {
        raw.getOutputStream()
            .write(
                i % 2 == 0
                    ? new byte[] {0x16, 3, 1, 0, 4, 1, 2, 3, 4, 5}
                    : "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      SocketFactory distrusting = SSLSocketFactory.getDefault();
      try (SSLSocket strange = (SSLSocket) distrusting.createSocket("localhost", hub.port())) {
        assertThatThrownBy(strange::startHandshake).isInstanceOf(SSLException.class);
      }
    }
  }

  @Test
  void bytesThatAreNoTlsAnyMoreAreNoTrouble() throws Exception {
    for (int i = 0; i < TIMES / 4; i++) {
      try (Socket below = new Socket("localhost", hub.port())) {
        SSLSocket above =
            (SSLSocket)
                TestCertificate.shared()
                    .trusting()
                    .getSocketFactory()
                    .createSocket(below, "localhost", hub.port(), false);
        if (i % 2 == 0) {
          var parameters = above.getSSLParameters();
          parameters.setApplicationProtocols(new String[] {"h2"});
          above.setSSLParameters(parameters);
        }
        above.startHandshake();
        below.getOutputStream().write(new byte[] {0x17, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1});
        below.getOutputStream().write(new byte[64]);
      }
    }
  }

  @Test
  void refusalsOfAllKindsAreAFewLines() {
    for (int i = 0; i < TIMES; i++) {
      try (RawHttp raw = hub.connect()) {
        raw.send("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(raw.answer().status()).isEqualTo(404);
        raw.send("POST /update HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n?");
        assertThat(raw.answer().status()).isEqualTo(400);
        raw.send("GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(raw.answer().status()).isEqualTo(400);
      }
    }
    assertThat(log.all()).isNotEmpty();
  }
}
