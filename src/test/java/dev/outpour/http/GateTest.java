package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.update.Refusal;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {

  private static Vertx vertx;
  private static HttpServer server;
  private static volatile Gate gate;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    server =
        Await.result(
            vertx.createHttpServer().requestHandler(GateTest::answer).listen(0, "127.0.0.1"));
  }

  @AfterAll
  static void stop() {
    Await.result(vertx.close());
  }

  private static void answer(HttpServerRequest request) {
    Optional<Refusal> refusal = gate.checkHost(request).or(() -> gate.checkOrigin(request));
    request.response().setStatusCode(refusal.map(Refusal::status).orElse(200)).end();
  }

  private static Gate gate(String host) {
    return new Gate(
        new HttpSettings(
            host,
            3000,
            EnumSet.allOf(HttpSettings.Service.class),
            120,
            20,
            List.of("Hub.Example"),
            List.of("https://shop.example"),
            1024,
            64,
            false,
            false,
            true,
            new TlsSettings("", "", 0),
            false),
        new RefusedOrigins());
  }

  /** The status of a request with just these headers. */
  private static int status(Gate asked, String... headers) throws IOException {
    gate = asked;
    try (Socket socket = new Socket("127.0.0.1", server.actualPort())) {
      socket.setSoTimeout(20_000);
      String request = "GET / HTTP/1.1\r\nConnection: close\r\n";
      request += String.join("\r\n", headers) + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      return Integer.parseInt(reader.readLine().split(" ")[1]);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:3000",
        "LOCALHOST:1",
        "127.0.0.1",
        "127.1.2.3:80",
        "[::1]:3000",
        "hub.example",
        "HUB.example:3000"
      })
  void loopbackListenerAnswersUnderItsOwnAndListedNames(String host) throws IOException {
    assertThat(status(gate("localhost"), "Host: " + host)).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "localhost.",
        "127.0.0.1.evil.example",
        "127.0.0.1.nip.io",
        "128.0.0.1",
        "10.0.0.1:3000",
        "0.0.0.0",
        "[::2]",
        "xhub.example",
        "hub.example.evil"
      })
  void loopbackListenerIsNotReachedUnderAnotherName(String host) throws IOException {
    assertThat(status(gate("localhost"), "Host: " + host)).isEqualTo(403);
  }

  @Test
  void publicListenerAnswersUnderAnyName() throws IOException {
    assertThat(status(gate("0.0.0.0"), "Host: any.example")).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:3000",
        "HTTP://LocalHost:3000",
        "https://localhost:3000",
        "https://shop.example"
      })
  void ownAndListedOriginsMayPublish(String origin) throws IOException {
    assertThat(status(gate("localhost"), "Host: localhost:3000", "Origin: " + origin))
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "*",
        "ftp://localhost:3000",
        "http://localhost",
        "http://localhost:3001",
        "http://localhost:30000",
        "http://shop.example",
        "https://shop.example.evil",
        "https://evilshop.example",
        "https://shop.example:8443",
        "https://shop.example/"
      })
  void otherOriginsMayNotPublish(String origin) throws IOException {
    assertThat(status(gate("localhost"), "Host: localhost:3000", "Origin: " + origin))
        .isEqualTo(403);
  }

  @Test
  void requestOfAProgramHasNoOriginAndIsTaken() throws IOException {
    assertThat(status(gate("localhost"), "Host: localhost:3000")).isEqualTo(200);
  }
}
