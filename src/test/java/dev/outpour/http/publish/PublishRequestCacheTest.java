package dev.outpour.http.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.SseParser;
import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The cached head of one request must not affect another one. */
class PublishRequestCacheTest {

  private static TestHub hub;

  @BeforeAll
  static void start() {
    hub = TestHub.start();
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static RawHttp.Answer post(String query, String headers, String body) {
    try (RawHttp raw = hub.connect()) {
      raw.send(
          "POST /update"
              + query
              + " HTTP/1.1\r\nHost: localhost\r\n"
              + headers
              + "Content-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
      return raw.answer();
    }
  }

  @Test
  void sameQueryIsReadByItsOwnHeaders() {
    String query = "?topic=a";
    String text = "Content-Type: text/plain\r\n";
    for (int round = 0; round < 3; round++) {
      assertThat(post(query, "", "1").status()).isEqualTo(200);
      assertThat(post(query, "", "no json").status()).isEqualTo(400);
      assertThat(post(query, text, "no json").status()).isEqualTo(200);
      assertThat(post(query, text + "Content-Encoding: gzip\r\n", "x").status()).isEqualTo(415);
      assertThat(post(query, "Content-Type: image/png\r\n", "x").status()).isEqualTo(415);
    }
  }

  @Test
  void keyIsNeverThatOfAnotherRequest() {
    String query = "?topic=b";
    String first = post(query, "Idempotency-Key: 1\r\n", "1").body();
    String second = post(query, "", "1").body();
    String third = post(query, "Idempotency-Key: 2\r\n", "1").body();
    assertThat(second).isNotEqualTo(first).doesNotContain("duplicate");
    assertThat(third).isNotEqualTo(first).doesNotContain("duplicate");
    assertThat(post(query, "Idempotency-Key: 1\r\n", "1").body()).contains("duplicate");
    assertThat(post(query + "&key=1", "", "1").body()).contains("duplicate");
  }

  @Test
  void moreThanIsRememberedGoesEachToItsOwn() {
    try (SseClient reader = hub.read("topic=many/**&envelope=json")) {
      for (int i = 0; i < 1_100; i++) {
        hub.publish("many/" + i % 1_050, Integer.toString(i));
      }
      for (SseParser.Event event : reader.awaitEvents(1_100)) {
        JsonObject envelope = new JsonObject(event.data());
        assertThat(envelope.getJsonArray("topics"))
            .containsExactly("many/" + envelope.getInteger("data") % 1_050);
      }
    }
  }
}
