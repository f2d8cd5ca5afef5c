package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers to malformed bytes; the hub goes on and logs no warning. */
class HostileBytesTest {

  private static final Map<String, RawHttp> CONNECTIONS = new HashMap<>();

  private static TestHub hub;
  private static LogLines log;

  @BeforeAll
  static void sendAll() {
    hub =
        TestHub.start(
            new JsonObject()
                .put("http", new JsonObject().put("origins", List.of("https://a.example"))));
    log = LogLines.listen();
    HostileBytes.cases()
        .forEach(each -> CONNECTIONS.put(each.name(), hub.connect().send(each.bytes())));
  }

  @AfterAll
  static void stop() {
    CONNECTIONS.values().forEach(RawHttp::close);
    log.close();
    hub.close();
  }

  @AfterEach
  void nothingTroublesTheHub() {
    assertThat(log.troubles()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("dev.outpour.http.HostileBytes#cases")
  void isAnsweredAsItShouldBe(Hostile sent) {
    sent.check(CONNECTIONS.get(sent.name()));
    assertThat(hub.post("topic=after", null, "1").statusCode()).isEqualTo(200);
  }

  @Test
  void whoHangsUpInTheMiddleOfAPageIsNoTrouble() {
    String page = "GET /page.css HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (int i = 0; i < 200; i++) {
      hub.connect().send(page.repeat(20)).reset();
    }
    assertThat(hub.post("topic=after", null, "1").statusCode()).isEqualTo(200);
  }
}
