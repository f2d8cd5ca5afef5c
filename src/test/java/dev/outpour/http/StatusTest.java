package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.SseClient;
import dev.outpour.SseParser.Event;
import dev.outpour.TestHub;
import dev.outpour.auth.Tokens;
import dev.outpour.metrics.CloseReason;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The status of a hub, as its subscribers get it. */
class StatusTest {

  private static final String STATUS = "topic=outpour/status";

  private static JsonObject awaitStatus(SseClient reader, Predicate<JsonObject> which) {
    Await.until(
        () -> reader.data().stream().map(JsonObject::new).anyMatch(which),
        () -> "what is awaited in " + reader.data());
    return reader.data().stream().map(JsonObject::new).filter(which).findFirst().orElseThrow();
  }

  @Test
  void itIsToldWhileSomebodyReadsWhatHappens() {
    try (TestHub hub = TestHub.start();
        SseClient reader = hub.read("topic=orders/42");
        SseClient other = hub.read("topic=orders/*");
        SseClient status = hub.watch(STATUS)) {
      List<String> ids = hub.publishNumbers("orders/42", 1, 40);
      reader.awaitEvents(40);
      other.awaitEvents(40);
      JsonObject told =
          awaitStatus(status, each -> each.getJsonObject("perSecond").getDouble("delivered") > 0);
      assertThat(told.getJsonObject("readers"))
          .isEqualTo(
              new JsonObject().put("connected", 3).put("behind", 0).put("furthestBehind", 0L));
      assertThat(told.getJsonObject("perSecond").getDouble("published")).isBetween(10.0, 41.0);
      assertThat(told.getJsonObject("perSecond").getDouble("delivered")).isBetween(20.0, 82.0);
      assertThat(told.getJsonObject("perSecond").getLong("deliveredBytes")).isGreaterThan(400);
      assertThat(told.getJsonObject("latencyMillis").getDouble("p50")).isBetween(0.001, 5_000.0);
      JsonObject history = told.getJsonObject("history");
      assertThat(history.getString("first")).isEqualTo(ids.get(0));
      assertThat(history.getString("last")).isEqualTo(ids.get(39));
      assertThat(history.getInteger("updates")).isEqualTo(40);
      assertThat(history.getLong("bytes")).isPositive();
      assertThat(history.getDouble("ageSeconds")).isBetween(0.0, 60.0);
      JsonObject topic = told.getJsonArray("topics").getJsonObject(0);
      assertThat(topic.getString("topic")).isEqualTo("orders/42");
      assertThat(topic.getInteger("readers")).isEqualTo(2);
      assertThat(topic.getDouble("publishedPerSecond")).isPositive();
      assertThat(told.getJsonObject("closed").fieldNames())
          .containsExactlyInAnyOrderElementsOf(CloseReason.words());
      assertThat(Instant.parse(told.getString("time"))).isBefore(Instant.now().plusSeconds(1));
      assertThat(told.getString("node")).matches("[0-9a-z]{8}");
      assertThat(told.getLong("heapBytes")).isBetween(1L, told.getLong("heapMaxBytes"));
    }
  }

  @Test
  void itHasNoPositionsAndGoesOn() {
    try (TestHub hub = TestHub.start();
        SseClient status =
            hub.reader(STATUS)
                .header("Authorization", "Bearer " + hub.operator())
                .lastEventId("k3f9QzT1-41")
                .open()) {
      status.awaitEvents(2);
      assertThat(status.events()).extracting(Event::id).containsOnly("");
      assertThat(status.lastEventId()).isEmpty();
      assertThat(status.words()).isEmpty();
      assertThat(status.data())
          .extracting(each -> new JsonObject(each).getJsonObject("history").getString("first"))
          .containsOnlyNulls();
    }
  }

  @Test
  void itComesInAnEnvelopeToo() {
    try (TestHub hub = TestHub.start();
        SseClient status = hub.watch(STATUS + "&envelope=json")) {
      JsonObject envelope = new JsonObject(status.awaitEvents(1).get(0).data());
      assertThat(envelope.getJsonArray("topics")).isEqualTo(new JsonArray().add("outpour/status"));
      assertThat(envelope.getString("time"))
          .isEqualTo(envelope.getJsonObject("data").getString("time"));
    }
  }

  @Test
  void itIsToldWhileTheLogIsAway() {
    try (TestHub hub = TestHub.startWithoutIngest(new JsonObject());
        SseClient status = hub.watch(STATUS)) {
      JsonObject told = new JsonObject(status.awaitEvents(1).get(0).data());
      assertThat(told.getValue("history")).isNull();
      assertThat(told.containsKey("history")).isTrue();
    }
  }

  @Test
  void itBeginsAnewWhenSomebodyComesBack() {
    try (TestHub hub = TestHub.start()) {
      for (int i = 0; i < 3; i++) {
        try (SseClient status = hub.watch(STATUS)) {
          status.awaitEvents(1);
        }
      }
    }
  }

  @Test
  void noPatternTakesItInAndNobodyPublishesIt() {
    try (TestHub hub = TestHub.start();
        SseClient all = hub.read("topic=**");
        SseClient status = hub.watch(STATUS)) {
      status.awaitEvents(2);
      assertThat(hub.post(STATUS, "text/plain", "forged").statusCode()).isEqualTo(400);
      hub.publish("t", "1");
      assertThat(all.awaitEvents(1)).extracting(Event::data).containsExactly("1");
    }
  }

  private static int status(TestHub hub, String query, String... header) {
    SseClient.Request request = hub.reader(query);
    try (SseClient reader =
        (header.length == 0 ? request : request.header(header[0], header[1])).send()) {
      return reader.status();
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    try (TestHub hub = TestHub.start()) {
      assertThat(status(hub, STATUS + "&topic=orders/42")).isEqualTo(400);
      assertThat(status(hub, "topic=orders/42&" + STATUS)).isEqualTo(400);
      assertThat(status(hub, STATUS + "&last=1")).isEqualTo(400);
      assertThat(status(hub, STATUS + "&lastEventId=earliest")).isEqualTo(400);
      assertThat(status(hub, "topic=outpour/*")).isEqualTo(400);
      assertThat(status(hub, "topic=outpour/other")).isEqualTo(400);
    }
  }

  @Test
  void itTakesTheRightToOperate() throws Exception {
    JsonArray keys =
        new JsonArray()
            .add(
                new JsonObject()
                    .put("name", "operator")
                    .put("sha256", Tokens.sha256("operator-secret"))
                    .put("operate", true))
            .add(
                new JsonObject()
                    .put("name", "reader")
                    .put("sha256", Tokens.sha256("reader-secret"))
                    .put("subscribe", new JsonArray().add("**")));
    JsonObject auth = new JsonObject().put("apiKeys", keys);
    TestHub.run(
        new JsonObject().put("auth", auth),
        hub -> {
          assertThat(status(hub, STATUS)).isEqualTo(401);
          assertThat(status(hub, STATUS, "Authorization", "Bearer reader-secret")).isEqualTo(403);
          try (SseClient status =
              hub.reader(STATUS).header("Authorization", "Bearer operator-secret").open()) {
            status.awaitEvents(1);
          }
        });
    TestHub.run(
        new JsonObject().put("auth", auth.copy().put("anonymous", true)),
        hub -> assertThat(status(hub, STATUS)).isEqualTo(401));
  }

  @Test
  void withoutKeysItIsOpenToTheTokenOfThisHubAlone() throws Exception {
    JsonObject everywhere =
        new JsonObject()
            .put("http", new JsonObject().put("host", "0.0.0.0").put("serve", List.of("events")))
            .put("auth", new JsonObject().put("anonymous", true));
    TestHub.run(everywhere, hub -> assertThat(status(hub, STATUS)).isEqualTo(400));
    everywhere.getJsonObject("http").put("serve", List.of("events", "console"));
    for (JsonObject config : List.of(everywhere, new JsonObject())) {
      TestHub.run(
          config,
          hub -> {
            assertThat(status(hub, STATUS)).isEqualTo(403);
            assertThat(status(hub, STATUS, "Authorization", "Bearer x")).isEqualTo(403);
            assertThat(status(hub, STATUS, "Authorization", "Bearer " + hub.operator()))
                .isEqualTo(200);
            assertThat(status(hub, STATUS + "&access_token=" + hub.operator())).isEqualTo(200);
            try (TestHub other = TestHub.start()) {
              assertThat(status(hub, STATUS, "Authorization", "Bearer " + other.operator()))
                  .as("the token of another hub")
                  .isEqualTo(403);
            }
          });
    }
  }

  /** A proxy may not identify itself; then the whole internet seems to be this machine. */
  @Test
  void nobodyOperatesAHubForBeingOnItsMachine() throws Exception {
    TestHub.run(
        new JsonObject(),
        hub -> {
          assertThat(status(hub, STATUS)).isEqualTo(403);
          assertThat(status(hub, STATUS, "X-Forwarded-For", "192.0.2.7")).isEqualTo(403);
        });
  }
}
