package dev.outpour.http.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.SseClient;
import dev.outpour.SseParser.Block;
import dev.outpour.SseParser.Event;
import dev.outpour.TestHub;
import dev.outpour.auth.Tokens;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The presence topics: how many subscribers a topic has. */
@Execution(ExecutionMode.CONCURRENT)
class PresencePublisherTest {

  private static final String OF_T = "topic=outpour/presence/t/1";

  private static JsonObject on() {
    return new JsonObject().put("http", new JsonObject().put("presence", true));
  }

  private static void awaitReaders(SseClient presence, int readers) {
    String told = new JsonObject().put("topic", "t/1").put("readers", readers).encode();
    Await.until(
        () -> {
          int size = presence.data().size();
          return size > 0 && presence.data().get(size - 1).equals(told);
        },
        presence::data);
  }

  @Test
  void whoWantsToKnowIsToldAtFirstAndWhenItChanges() throws Exception {
    TestHub.run(
        on(),
        hub -> {
          try (SseClient presence = hub.watch(OF_T)) {
            awaitReaders(presence, 0);
            try (SseClient one = hub.read("topic=t/1")) {
              awaitReaders(presence, 1);
              try (SseClient other = hub.read("topic=t/*");
                  SseClient late = hub.watch(OF_T)) {
                awaitReaders(presence, 2);
                awaitReaders(late, 2);
                hub.publish("t/1", "1");
                one.awaitEvents(1);
                other.awaitEvents(1);
              }
              awaitReaders(presence, 1);
            }
            awaitReaders(presence, 0);
            assertThat(presence.lastEventId()).isEmpty();
          }
        });
  }

  @Test
  void whoHasBeenToldIsNotToldAgainBecauseSomebodyComes() throws Exception {
    TestHub.run(
        on(),
        hub -> {
          try (SseClient first = hub.watch(OF_T)) {
            awaitReaders(first, 0);
            for (int i = 0; i < 3; i++) {
              String other = "topic=outpour/presence/other/" + i;
              try (SseClient late = hub.watch(OF_T);
                  SseClient another = hub.watch(other)) {
                awaitReaders(late, 0);
                another.awaitEvents(1);
              }
            }
            try (SseClient one = hub.read("topic=t/1")) {
              awaitReaders(first, 1);
              assertThat(one.status()).isEqualTo(200);
            }
            awaitReaders(first, 0);
            assertThat(first.data()).hasSize(3);
          }
        });
  }

  private static int status(TestHub hub, String query, String secret) {
    SseClient.Request request = hub.reader(query);
    try (SseClient reader =
        (secret.isEmpty() ? request : request.header("Authorization", "Bearer " + secret)).send()) {
      return reader.status();
    }
  }

  /** Whatever position a subscriber sends: presence topics have none in the log. */
  @Test
  void streamsOfTheHubsOwnTopicsHaveNoPositions() throws Exception {
    TestHub.run(
        on(),
        hub -> {
          try (SseClient presence =
              hub.reader(OF_T)
                  .header("Authorization", "Bearer " + hub.operator())
                  .lastEventId("abcdefgh-7")
                  .open()) {
            awaitReaders(presence, 0);
            hub.stopHttp();
            presence.awaitEnd();
            assertThat(presence.words()).extracting(Event::name).containsExactly("outpour.closing");
            assertThat(presence.blocks()).extracting(Block::id).containsOnlyNulls();
          }
        });
  }

  @Test
  void itIsOffByDefaultAndForTopicsAlone() throws Exception {
    TestHub.run(new JsonObject(), hub -> assertThat(status(hub, OF_T, "")).isEqualTo(400));
    TestHub.run(
        on(),
        hub -> {
          for (String topic : new String[] {"", "/", "*", "t/*", "outpour/status", "t//1"}) {
            assertThat(status(hub, "topic=outpour/presence/" + topic, "")).as(topic).isEqualTo(400);
          }
          assertThat(hub.post(OF_T, "text/plain", "x").statusCode()).isEqualTo(400);
        });
  }

  @Test
  void itTakesTheRightToOperateOrToReadThatVeryTopic() throws Exception {
    JsonArray keys =
        new JsonArray()
            .add(key("all", "**"))
            .add(key("named", "outpour/presence/t/1"))
            .add(key("operator", "t").put("operate", true));
    TestHub.run(
        on().put("auth", new JsonObject().put("apiKeys", keys)),
        hub -> {
          assertThat(status(hub, OF_T, "all")).isEqualTo(403);
          assertThat(status(hub, "topic=outpour/presence/t/2", "named")).isEqualTo(403);
          for (String secret : new String[] {"named", "operator"}) {
            try (SseClient presence =
                hub.reader(OF_T).header("Authorization", "Bearer " + secret).open()) {
              awaitReaders(presence, 0);
            }
          }
        });
  }

  private static JsonObject key(String name, String subscribe) {
    return new JsonObject()
        .put("name", name)
        .put("sha256", Tokens.sha256(name))
        .put("subscribe", new JsonArray().add(subscribe));
  }
}
