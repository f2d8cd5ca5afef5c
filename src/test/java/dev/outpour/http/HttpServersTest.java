package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outpour.Await;
import dev.outpour.HubProcess;
import dev.outpour.RawHttp;
import dev.outpour.TestHub;
import dev.outpour.settings.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Listens on several addresses with one port. */
class HttpServersTest {

  private final Vertx vertx = Vertx.vertx();
  private final List<HttpServer> made = new ArrayList<>();

  @BeforeEach
  void lookForIpv6() {
    boolean there = true;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
      there = socket.isBound();
    } catch (IOException e) {
      there = false;
    }
    assumeTrue(there, "This machine has no IPv6 on its loopback");
  }

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  private static HttpSettings settings(String http) {
    return HttpSettings.from(
        Settings.of(new JsonObject().put("http", new JsonObject(http))).section("http"));
  }

  private HttpServer make() {
    HttpServer server =
        vertx.createHttpServer().requestHandler(request -> request.response().end());
    made.add(server);
    return server;
  }

  private static int status(String address, int port) throws IOException {
    try (RawHttp connection = RawHttp.connect(InetAddress.getByName(address), port)) {
      return connection.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").answer().status();
    }
  }

  @Test
  void hubOnLocalhostIsReachedOverBothAddressesOfTheLoopback() throws Exception {
    for (int eventLoops : List.of(1, 4)) {
      try (TestHub hub = TestHub.start(new JsonObject(), eventLoops)) {
        for (int i = 0; i < 2 * eventLoops; i++) {
          for (String address : List.of("127.0.0.1", "::1")) {
            if (hub.url().startsWith("https")) {
              new Socket(InetAddress.getByName(address), hub.port()).close();
            } else {
              assertThat(status(address, hub.port())).as(address).isEqualTo(200);
            }
          }
        }
      }
    }
  }

  @Test
  void addressesThatAreListedAreListenedOnAndNoOthers() throws Exception {
    HttpServers servers =
        new HttpServers(
            settings("{\"host\": [\"127.0.0.2\", \"[::1]\"], \"port\": 0}"), this::make);
    Await.result(servers.listen());

    assertThat(made).extracting(HttpServer::actualPort).containsOnly(servers.port());
    assertThat(status("127.0.0.2", servers.port())).isEqualTo(200);
    assertThat(status("::1", servers.port())).isEqualTo(200);
    try (ServerSocket free =
        new ServerSocket(servers.port(), 1, InetAddress.getByName("127.0.0.1"))) {
      assertThat(free.isBound()).isTrue();
    }
  }

  @Test
  void anotherFreePortIsTakenWhereTheFirstOneIsNotFreeOnEveryAddress() throws Exception {
    List<ServerSocket> taken = new ArrayList<>();
    HttpServers servers =
        new HttpServers(
            settings("{\"port\": 0}"),
            () -> {
              HttpServer server = make();
              // Another process takes the port on ::1 twice.
              if (made.size() == 2 || made.size() == 4) {
                taken.add(take(made.get(made.size() - 2).actualPort()));
              }
              return server;
            });
    Await.result(servers.listen());

    assertThat(taken).extracting(ServerSocket::getLocalPort).doesNotContain(servers.port());
    assertThat(status("127.0.0.1", servers.port())).isEqualTo(200);
    assertThat(status("::1", servers.port())).isEqualTo(200);
    for (ServerSocket socket : taken) {
      // The failed attempts leave no sockets behind.
      new ServerSocket(socket.getLocalPort(), 1, InetAddress.getByName("127.0.0.1")).close();
      socket.close();
    }
  }

  private static ServerSocket take(int port) {
    try {
      return new ServerSocket(port, 1, InetAddress.getByName("::1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void portThatIsConfiguredAndTakenOnOneAddressIsNamedAndTheOtherLeftAlone() throws Exception {
    int port = HubProcess.freePort();
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getByName("::1"))) {
      assertThat(taken.isBound()).isTrue();
      HttpServers servers = new HttpServers(settings("{\"port\": " + port + "}"), this::make);

      assertThat(Await.failure(servers.listen()))
          .isInstanceOfSatisfying(
              CannotListenException.class,
              failure -> assertThat(failure.address()).isEqualTo("::1"));
      new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")).close();
    }
  }

  @Test
  void localhostIsOneAddressWhereThereIsNoIpv6() {
    assertThat(HttpServers.addresses(List.of("localhost"), false)).containsExactly("127.0.0.1");
    assertThat(HttpServers.addresses(List.of("[::1]", "LocalHost"), true))
        .containsExactly("::1", "127.0.0.1");
  }
}
