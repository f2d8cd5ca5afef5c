package dev.outpour.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.http.HttpSettings;
import dev.outpour.http.connection.TlsSettings;
import dev.outpour.update.RefusedException;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginPolicyTest {

  private static final List<String> LISTENED = List.of("localhost", "0.0.0.0", "192.0.2.1");

  private static Vertx vertx;
  private static HttpServer server;
  private static volatile OriginPolicy policy;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    server =
        Await.result(
            vertx
                .createHttpServer()
                .requestHandler(OriginPolicyTest::answer)
                .listen(0, "127.0.0.1"));
  }

  @AfterAll
  static void stop() {
    Await.result(vertx.close());
  }

  private static void answer(HttpServerRequest request) {
    int status = 200;
    try {
      policy.checkHost(request);
      policy.checkOrigin(request);
    } catch (RefusedException e) {
      status = e.refusal().status();
    }
    request.response().setStatusCode(status).end();
  }

  private static OriginPolicy policy(String host) {
    return policy(host, List.of("Hub.Example"));
  }

  private static OriginPolicy policy(String host, List<String> hosts) {
    HttpSettings settings =
        new HttpSettings(
            List.of(host),
            3000,
            EnumSet.allOf(HttpSettings.Service.class),
            120,
            20,
            hosts,
            List.of("https://shop.example"),
            1024,
            64,
            false,
            false,
            true,
            new TlsSettings("", "", 0),
            "",
            false);
    return new OriginPolicy(
        settings.anyName(), hosts, new AllowedOrigins(settings.origins()), new RefusedOrigins());
  }

  /** The status of a request with only these headers. */
  private static int status(OriginPolicy asked, String... headers) throws IOException {
    String head = "GET / HTTP/1.1\r\nConnection: close\r\n" + String.join("\r\n", headers);
    return answered(asked, head + "\r\n\r\n");
  }

  private static int answered(OriginPolicy asked, String request) throws IOException {
    policy = asked;
    try (Socket socket = new Socket("127.0.0.1", server.actualPort())) {
      socket.setSoTimeout(20_000);
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
        "10.0.0.1:3000",
        "0.0.0.0",
        "[2001:db8::2]",
        "hub.example",
        "HUB.example:3000"
      })
  void everyListenerAnswersUnderListedNamesAddressesAndLocalhost(String host) throws IOException {
    for (String listened : LISTENED) {
      assertThat(status(policy(listened), "Host: " + host)).as(listened).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "localhost.",
        "127.0.0.1.evil.example",
        "127.0.0.1.nip.io",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "127.0.0.256",
        "xhub.example",
        "hub.example.evil"
      })
  void noListenerIsReachedUnderAnotherNameOnceNamesAreListed(String host) throws IOException {
    for (String listened : LISTENED) {
      assertThat(status(policy(listened), "Host: " + host)).as(listened).isEqualTo(403);
    }
  }

  @Test
  void withoutAListTheLoopbackAloneIsNotReachedUnderAName() throws IOException {
    assertThat(status(policy("localhost", List.of()), "Host: any.example")).isEqualTo(403);
    assertThat(status(policy("localhost", List.of()), "Host: 10.0.0.1")).isEqualTo(200);
    assertThat(status(policy("0.0.0.0", List.of()), "Host: any.example")).isEqualTo(200);
  }

  @Test
  void probeOfHttp10WithoutHostIsAnswered() throws IOException {
    for (String listened : LISTENED) {
      assertThat(answered(policy(listened), "GET / HTTP/1.0\r\n\r\n")).isEqualTo(200);
    }
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
    assertThat(status(policy("localhost"), "Host: localhost:3000", "Origin: " + origin))
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
    assertThat(status(policy("localhost"), "Host: localhost:3000", "Origin: " + origin))
        .isEqualTo(403);
  }

  @Test
  void requestOfAProgramHasNoOriginAndIsTaken() throws IOException {
    assertThat(status(policy("localhost"), "Host: localhost:3000")).isEqualTo(200);
  }
}
