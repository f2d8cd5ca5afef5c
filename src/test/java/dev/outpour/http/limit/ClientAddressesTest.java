package dev.outpour.http.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.RawHttp;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The address that a request counts for, tested over loopback connections. */
class ClientAddressesTest {

  private static Vertx vertx;
  private static HttpServer server;
  private static volatile ClientAddresses clients;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    server =
        Await.result(
            vertx.createHttpServer().requestHandler(ClientAddressesTest::answer).listen(0));
  }

  @AfterAll
  static void stop() {
    Await.result(vertx.close());
  }

  private static void answer(HttpServerRequest request) {
    request.response().end(String.valueOf(clients.of(request)));
  }

  private static ClientAddresses clients(boolean loopback, String... proxies) {
    return new ClientAddresses(List.of(proxies), loopback);
  }

  private static String ask(ClientAddresses asked, String headers) {
    clients = asked;
    try (RawHttp connection = RawHttp.connect(server.actualPort())) {
      String head = "GET / HTTP/1.1\r\nHost: localhost\r\n" + headers.replace("\\n", "\r\n");
      return connection.send(head + "\r\n\r\n").answer().body();
    }
  }

  private static String network(String address) throws Exception {
    return ClientKey.of(InetAddress.getByName(address)).toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Forwarded-For: 192.0.2.1 | 192.0.2.1",
        "X-Forwarded-For: 192.0.2.1:4711 | 192.0.2.1",
        "x-forwarded-for:   192.0.2.1 | 192.0.2.1",
        "X-Forwarded-For: 198.51.100.9, 192.0.2.1 | 192.0.2.1",
        "X-Forwarded-For: 198.51.100.9, 192.0.2.1, 10.1.2.3 | 192.0.2.1",
        "X-Forwarded-For: 198.51.100.9\\nX-Forwarded-For: 192.0.2.1 | 192.0.2.1",
        "X-Forwarded-For: 127.0.0.1, 192.0.2.1 | 192.0.2.1",
        "X-Forwarded-For: 10.1.1.1, 10.2.2.2 | 10.1.1.1",
        "X-Forwarded-For: 2001:db8:0:7:1:2:3:4 | 2001:db8:0:7::",
        "X-Forwarded-For: [2001:db8:0:7::1]:80 | 2001:db8:0:7:ffff::",
        "X-Forwarded-For: ::ffff:192.0.2.1 | 192.0.2.1",
        "X-Forwarded-For: 192.0.2.1, nonsense | 127.0.0.1",
        "X-Forwarded-For: localhost | 127.0.0.1",
        "X-Forwarded-For: 192.0.2.1, | 127.0.0.1",
        "Forwarded: for=192.0.2.1;proto=https | 192.0.2.1",
        "Forwarded: proto=https; For=\"[2001:db8:0:7::1]:80\" | 2001:db8:0:7::",
        "Forwarded: for=198.51.100.9, for=192.0.2.1 | 192.0.2.1",
        "Forwarded: for=_hidden | 127.0.0.1",
        "Forwarded: for=unknown | 127.0.0.1",
        "Forwarded: by=192.0.2.1 | 127.0.0.1",
        "Forwarded: for=192.0.2.1\\nX-Forwarded-For: 192.0.2.1 | 192.0.2.1",
        "Forwarded: for=198.51.100.9\\nX-Forwarded-For: 192.0.2.1 | 127.0.0.1",
      })
  void listedProxyIsBelievedAndNobodyBeforeIt(String headers, String counted) throws Exception {
    assertThat(ask(clients(false, "127.0.0.1", "10.0.0.0/8"), headers)).isEqualTo(network(counted));
  }

  @ParameterizedTest
  @CsvSource({"X-Forwarded-For: 192.0.2.1", "Forwarded: for=192.0.2.1", "A: b"})
  void otherPeersAreNotBelieved(String headers) throws Exception {
    assertThat(ask(clients(true, "10.0.0.0/8"), headers)).isEqualTo(network("127.0.0.1"));
    assertThat(ask(clients(true), headers)).isEqualTo(network("127.0.0.1"));
    assertThat(ask(clients(false), headers)).isEqualTo("null");
  }

  @Test
  void proxyThatNamesNobodyCountsForItself() throws Exception {
    assertThat(ask(clients(false, "127.0.0.1"), "A: b")).isEqualTo("null");
    assertThat(ask(clients(true, "127.0.0.1"), "A: b")).isEqualTo(network("127.0.0.1"));
  }

  @Test
  void networkOfIpv6IsOneAddress() throws Exception {
    assertThat(network("2001:db8:0:7::1")).isEqualTo(network("2001:db8:0:7:ffff::2"));
    assertThat(network("2001:db8:0:7::1")).isNotEqualTo(network("2001:db8:0:8::1"));
    assertThat(network("192.0.2.1")).isNotEqualTo(network("192.0.2.2"));
  }
}
