package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.SseClient;
import dev.outpour.SseParser.Event;
import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics that end: the answers to publishers, and what subscribers receive. */
class EndingTest {

  private static TestHub hub;

  @BeforeAll
  static void start() {
    hub = TestHub.start();
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static HttpResponse<String> post(String query, String json) {
    return hub.post(query, "application/json", json);
  }

  private static String id(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body()).getString("id");
  }

  private static String ended(String topic) {
    return "{\"topic\":\"" + topic + "\"}";
  }

  @Test
  void streamEndsWithTheLastUpdateAndTheWordThatItWasTheLast() {
    try (SseClient reader = hub.read("topic=live");
        SseClient pattern = hub.read("topic=live/**");
        SseClient both = hub.read("topic=live&topic=open")) {
      String one = hub.publish("live", "1");
      String two = id(post("topic=live&event=done&end=true", "2"));

      assertThat(reader.awaitEnd()).isEqualTo(SseClient.End.PROPER);
      assertThat(reader.events())
          .containsExactly(new Event(one, "message", "1"), new Event(two, "done", "2"));
      assertThat(reader.words()).containsExactly(new Event(two, "outpour.ended", ended("live")));
      for (SseClient each : List.of(pattern, both)) {
        each.awaitWords(1);
        assertThat(each.events()).isEqualTo(reader.events());
        assertThat(each.words()).isEqualTo(reader.words());
      }
      String below = hub.publish("live/below", "3");
      pattern.awaitLastId(below);
      id(post("topic=open&end=true", "4"));
      assertThat(both.awaitEnd()).isEqualTo(SseClient.End.PROPER);
      assertThat(both.data()).containsExactly("1", "2", "4");
      assertThat(pattern.hasEnded()).isFalse();
    }
  }

  @Test
  void readerOfSeveralTopicsIsToldOfEachThatItWants() {
    try (SseClient two = hub.read("topic=x&topic=y");
        SseClient all = hub.read("topic=*");
        SseClient one = hub.read("topic=z")) {
      String id = id(post("topic=x&topic=y&topic=z&end=true", "1"));

      assertThat(two.awaitEnd()).isEqualTo(SseClient.End.PROPER);
      assertThat(two.events()).containsExactly(new Event(id, "message", "1"));
      assertThat(two.words()).extracting(Event::data).containsExactly(ended("x"), ended("y"));
      assertThat(one.awaitEnd()).isEqualTo(SseClient.End.PROPER);
      assertThat(one.words()).extracting(Event::data).containsExactly(ended("z"));
      all.awaitWords(3);
      assertThat(all.words())
          .extracting(Event::data)
          .containsExactly(ended("x"), ended("y"), ended("z"));
    }
  }

  @Test
  void publishToAnEndedTopicIsRefusedAndToldWhatToDo() {
    id(post("topic=over&end=true", "1"));

    for (String query : List.of("topic=over", "topic=other&topic=over", "topic=over&end=true")) {
      JsonObject problem = Problems.check(409, post(query, "2"));
      assertThat(problem.getString("detail")).contains("'over' has ended").contains("another");
    }
    JsonObject lines =
        Problems.check(409, hub.post("topic=over", "application/x-ndjson", "1\n2\n"));
    assertThat(lines.getInteger("line")).isEqualTo(1);
    assertThat(lines.getInteger("count")).isZero();
    id(post("topic=other", "3"));
    id(post("topic=over/below", "4"));
  }

  @Test
  void endThatIsSentAgainWithItsKeyIsTheSameEnd() {
    String id = id(post("topic=keyed&key=k&end=true", "1"));

    HttpResponse<String> again = post("topic=keyed&key=k&end=true", "1");
    assertThat(id(again)).isEqualTo(id);
    assertThat(new JsonObject(again.body()).getBoolean("duplicate")).isTrue();
    Problems.check(422, post("topic=keyed&key=k", "1"));
    Problems.check(409, post("topic=keyed&key=l&end=true", "1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"end", "end=", "end=1", "end=TRUE", "end=yes", "end=true&end=true"})
  void whatElseIsSaidOfTheEndIsRefused(String query) {
    Problems.check(400, post("topic=unclear&" + query, "1"));
    id(post("topic=unclear&end=false", "1"));
    id(post("topic=unclear", "2"));
  }

  @Test
  void topicMayBeUsedAgainWhenItsEndHasExpired() throws Exception {
    TestHub.run(
        new JsonObject().put("history", new JsonObject().put("keepUpdates", 3)),
        small -> {
          String end = id(small.post("topic=again&end=true", null, "1"));
          small.publishNumbers("other", 2, 3);
          Problems.check(409, small.post("topic=again", null, "4"));
          try (SseClient gone = small.resume("topic=again", end)) {
            assertThat(gone.status()).isEqualTo(204);
          }
          small.publishNumbers("other", 4, 5);
          try (SseClient back = small.resume("topic=again", end)) {
            assertThat(back.status()).isEqualTo(200);
            String next = id(small.post("topic=again", null, "6"));
            back.awaitLastId(next);
            assertThat(back.data()).containsExactly("6");
            id(small.post("topic=again&end=true", null, "7"));
            assertThat(back.awaitEnd()).isEqualTo(SseClient.End.PROPER);
            assertThat(back.data()).containsExactly("6", "7");
          }
        });
  }

  @Test
  void whatEndedBeforeARestartCountsForStreamsThatEndAfterIt(@TempDir Path directory)
      throws Exception {
    JsonObject onDisk =
        new JsonObject()
            .put("store", "sqlite")
            .put("path", directory.resolve("outpour.db").toString());
    TestHub.run(
        new JsonObject().put("history", onDisk),
        durable -> {
          try (SseClient reader = durable.read("topic=t&topic=u")) {
            id(durable.post("topic=t&end=true", null, "1"));
            reader.awaitWords(1);
            durable.stopIngest();
            durable.startIngest();
            reader.awaitLastId(durable.publish("u", "2"));
            id(durable.post("topic=u&end=true", null, "3"));
            assertThat(reader.awaitEnd()).isEqualTo(SseClient.End.PROPER);
            assertThat(reader.data()).containsExactly("1", "2", "3");
            assertThat(reader.words())
                .extracting(Event::data)
                .containsExactly(ended("t"), ended("u"));
          }
        });
  }

  @Test
  void endOutlivesARestartAndWhoWaitsForItIsToldWhenTheLogIsBack(@TempDir Path directory)
      throws Exception {
    JsonObject onDisk =
        new JsonObject()
            .put("store", "sqlite")
            .put("path", directory.resolve("outpour.db").toString());
    TestHub.run(
        new JsonObject().put("history", onDisk),
        durable -> {
          String one = durable.publish("t", "1");
          String end = id(durable.post("topic=t&end=true", null, "2"));
          durable.stopIngest();
          try (SseClient over = durable.resume("topic=t", end);
              SseClient behind = durable.resume("topic=t", one)) {
            assertThat(over.status()).as("it is not known yet").isEqualTo(200);
            durable.startIngest();
            for (SseClient each : List.of(over, behind)) {
              assertThat(each.awaitEnd()).isEqualTo(SseClient.End.PROPER);
              assertThat(each.words()).last().extracting(Event::data).isEqualTo(ended("t"));
              assertThat(each.lastEventId()).isEqualTo(end);
            }
            assertThat(over.events()).isEmpty();
            assertThat(behind.data()).containsExactly("2");
          }
          Problems.check(409, durable.post("topic=t", null, "3"));
          try (SseClient gone = durable.resume("topic=t", end)) {
            assertThat(gone.status()).isEqualTo(204);
          }
        });
  }
}
