package dev.outpour.http.response;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.TestHub;
import dev.outpour.http.LogLines;
import dev.outpour.http.request.AccessLog;
import dev.outpour.log.UpdateBus;
import dev.outpour.logging.ThrottledLog;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The id of a request, from the publisher to the log. */
class RequestIdsTest {

  private static final String HEADER = "X-Request-Id";

  private final LogLines log = LogLines.listen();

  @AfterEach
  void stop() {
    log.close();
  }

  private static String id(HttpResponse<String> answer) {
    return answer.headers().firstValue(HEADER).orElseThrow();
  }

  @Test
  void publishersGetTheirsBackOrAreGivenOne() {
    try (TestHub hub = TestHub.start()) {
      assertThat(id(hub.post("topic=t", "text/plain", "x", HEADER, "order-7.a_B")))
          .isEqualTo("order-7.a_B");
      assertThat(id(hub.post("topic=t", "application/x-ndjson", "1\n2\n", HEADER, "lines")))
          .isEqualTo("lines");
      Set<String> made = new HashSet<>();
      for (String sent : List.of("", "a b", "a\"b", "ä", "x".repeat(65))) {
        HttpResponse<String> answer =
            sent.isEmpty() || sent.equals("ä")
                ? hub.post("topic=t", "text/plain", "x")
                : hub.post("topic=t", "text/plain", "x", HEADER, sent);
        assertThat(id(answer)).matches("[0-9a-z]{1,13}");
        made.add(id(answer));
      }
      assertThat(made).hasSize(5);
    }
  }

  @Test
  void whatIsRefusedIsFoundInTheLog() {
    try (TestHub hub = TestHub.start()) {
      HttpResponse<String> refused = hub.post("topic=*", "text/plain", "x", HEADER, "refused-1");
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(id(refused)).isEqualTo("refused-1");
      assertThat(new JsonObject(refused.body()).getString("request")).isEqualTo("refused-1");
      assertThat(log.of(ThrottledLog.class))
          .anySatisfy(line -> assertThat(line).contains(", request refused-1"));
      assertThat(log.fields("request")).contains("refused-1");
    }
  }

  @Test
  void itGoesOverTheEventBus() {
    try (TestHub hub = TestHub.start()) {
      DeliveryOptions options =
          new DeliveryOptions().addHeader("topic", "*").addHeader("request-id", "bus-1");
      assertThat(
              hub.vertx()
                  .eventBus()
                  .request(UpdateBus.INGEST, "x", options)
                  .transform(answer -> Future.succeededFuture(answer.failed()))
                  .toCompletionStage()
                  .toCompletableFuture()
                  .join())
          .isTrue();
      assertThat(log.fields("request")).contains("bus-1");
    }
  }

  @Test
  void theAccessLogHasIt() throws Exception {
    JsonObject on = new JsonObject().put("http", new JsonObject().put("accessLog", true));
    TestHub.run(
        on,
        hub -> {
          hub.post("topic=t", "text/plain", "x", HEADER, "seen-1");
          Await.until(
              () -> log.of(AccessLog.class).stream().anyMatch(line -> line.contains("seen-1")),
              () -> log.of(AccessLog.class));
        });
  }
}
