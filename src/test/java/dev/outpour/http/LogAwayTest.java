package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.SseParser;
import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Subscribers and publishers while the ingest verticle is down. */
class LogAwayTest {

  @Test
  void publishersAreToldToComeBackAndReadersGoOn() throws Exception {
    TestHub.run(
        new JsonObject(),
        hub -> {
          try (SseClient live = hub.read("topic=a")) {
            String one = hub.publish("a", "1");
            String two = hub.publish("a", "2");
            live.awaitEvents(2);
            hub.stopIngest();

            var refused = hub.post("topic=a", null, "3");
            Problems.check(503, refused);
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
            var lines = hub.post("topic=a", "application/x-ndjson", "3\n4\n");
            JsonObject problem = Problems.check(503, lines);
            assertThat(problem.getInteger("line")).isEqualTo(1);
            assertThat(problem.getInteger("count")).isZero();

            assertThat(live.hasEnded()).isFalse();
            try (SseClient late = hub.resume("topic=a", one)) {
              late.awaitLastId(two);
              assertThat(late.data()).as("the updates in memory").containsExactly("2");
              assertThat(late.words())
                  .extracting(SseParser.Event::name)
                  .containsExactly("outpour.resumed");
            }
          }
        });
  }

  @Test
  void readerWhosePlaceCannotBeLookedUpWaitsAndIsServedThen() {
    try (TestHub hub = TestHub.startWithoutIngest(new JsonObject())) {
      try (SseClient resumed = hub.resume("topic=a", "abcdefgh-7");
          SseClient earliest = hub.read("topic=a&lastEventId=earliest");
          SseClient newest = hub.read("topic=a&last=5");
          SseClient now = hub.read("topic=a")) {
        for (SseClient each : new SseClient[] {resumed, earliest, newest, now}) {
          assertThat(each.status()).isEqualTo(200);
          SseParser.Block first = each.blocks().get(0);
          assertThat(first)
              .isEqualTo(
                  each == resumed
                      ? new SseParser.Block("abcdefgh-7", "outpour.position", "{}", first.retry())
                      : new SseParser.Block(null, null, null, first.retry()));
          assertThat(first.retry()).isBetween(2_000, 4_000);
          assertThat(each.words()).isEmpty();
        }
        Problems.check(503, hub.post("", null, "1"));
        try (RawHttp raw = hub.connect()) {
          raw.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
          assertThat(raw.answer().status()).isEqualTo(503);
        }

        hub.startIngest();
        String id = hub.publish("a", "1");

        assertThat(resumed.awaitWords(1).get(0).name()).isEqualTo("outpour.truncated");
        assertThat(new JsonObject(resumed.words().get(0).data()).getString("reason"))
            .isEqualTo("unknown");
        earliest.awaitEvents(1);
        newest.awaitEvents(1);
        for (SseClient each : new SseClient[] {resumed, earliest, newest}) {
          each.awaitLastId(id);
          assertThat(each.blocks()).filteredOn(block -> block.retry() != null).hasSize(1);
          assertThat(each.hasEnded()).isFalse();
        }
        assertThat(earliest.data()).containsExactly("1");
        hub.publish("a", "2");
        for (SseClient each : new SseClient[] {resumed, earliest, newest, now}) {
          each.awaitLastId(id.replaceAll("1$", "2"));
        }
      }
    }
  }

  @Test
  void readersOfALogOnDiskWaitUntilItIsBackAndMissNothing(@TempDir Path directory)
      throws Exception {
    JsonObject onDisk =
        new JsonObject()
            .put("store", "sqlite")
            .put("path", directory.resolve("outpour.db").toString());
    TestHub.run(
        new JsonObject().put("history", onDisk),
        hub -> {
          try (SseClient live = hub.read("topic=a")) {
            List<String> ids = hub.publishNumbers("a", 1, 5);
            live.awaitEvents(5);
            hub.stopIngest();
            Problems.check(503, hub.post("topic=a", null, "6"));
            try (SseClient resumed = hub.resume("topic=a", ids.get(2));
                SseClient newest = hub.read("topic=a&last=2");
                SseClient earliest = hub.read("topic=a&lastEventId=earliest")) {
              assertThat(newest.events()).isEmpty();
              hub.startIngest();
              String last = hub.publish("a", "6");
              for (SseClient each : List.of(live, resumed, newest, earliest)) {
                each.awaitLastId(last);
                assertThat(each.words())
                    .extracting(SseParser.Event::name)
                    .allMatch("outpour.resumed"::equals);
              }
              assertThat(live.data()).containsExactly("1", "2", "3", "4", "5", "6");
              assertThat(resumed.data()).containsExactly("4", "5", "6");
              assertThat(earliest.data()).isEqualTo(live.data());
              assertThat(newest.data()).endsWith("5", "6");
              assertThat(newest.data().size()).isBetween(2, 3);
            }
          }
        });
  }

  @Test
  void readersOfALogInMemoryThatIsGoneAreSentAwayAndToldWhenTheyComeBack() throws Exception {
    TestHub.run(
        new JsonObject(),
        hub -> {
          try (SseClient before = hub.read("topic=a")) {
            String old = hub.publish("a", "1");
            before.awaitLastId(old);
            hub.stopIngest();
            try (SseClient waiting = hub.read("topic=a&last=1")) {
              assertThat(waiting.blocks()).hasSize(1);
              hub.startIngest();
              assertThat(before.awaitEnd()).isEqualTo(SseClient.End.PROPER);
              assertThat(before.words()).hasSize(1);
              SseParser.Event word = before.words().get(0);
              assertThat(word.name()).isEqualTo("outpour.closing");
              assertThat(word.data()).isEqualTo("{\"reason\":\"unavailable\"}");
              assertThat(word.id()).as("without a position").isEqualTo(old);

              String fresh = hub.publish("a", "2");
              waiting.awaitLastId(fresh);
              assertThat(waiting.data()).containsExactly("2");
              try (SseClient back = hub.resume("topic=a", old)) {
                assertThat(new JsonObject(back.awaitWords(1).get(0).data()).getString("reason"))
                    .isEqualTo("unknown");
                back.awaitLastId(fresh);
                assertThat(back.events()).isEmpty();
              }
            }
          }
        });
  }
}
