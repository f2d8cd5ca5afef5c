package dev.outpour.http;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.TestHub;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Lists subscribers, and disconnects them. */
class ReadersTest {

  private static HttpResponse<String> ask(TestHub hub, String method, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(hub.url() + path))
            .header("Authorization", "Bearer " + hub.operator())
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      return TestHub.client().send(request, BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonObject readers(TestHub hub, String query) {
    HttpResponse<String> answer = ask(hub, "GET", "/readers" + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private static JsonObject only(JsonObject readers) {
    assertThat(readers.getInteger("count")).as(readers.encode()).isEqualTo(1);
    return readers.getJsonArray("readers").getJsonObject(0);
  }

  @Test
  void allEventLoopsSayWhoReads() {
    try (TestHub hub = TestHub.start()) {
      assertThat(readers(hub, ""))
          .isEqualTo(
              new JsonObject().put("count", 0).put("readers", new JsonArray()).put("more", false));
      String id = hub.publish("orders/42", "1");
      List<SseClient> all =
          IntStream.range(0, 12)
              .mapToObj(i -> hub.read(i % 2 == 0 ? "topic=orders/42" : "topic=orders/*&topic=b"))
              .toList();
      JsonObject answer = readers(hub, "");
      assertThat(answer.getInteger("count")).isEqualTo(12);
      assertThat(answer.getJsonArray("readers")).hasSize(12);
      assertThat(answer.getBoolean("more")).isFalse();
      JsonObject second = answer.getJsonArray("readers").getJsonObject(1);
      assertThat(second.getString("id")).matches("[0-9a-z]{8}-[0-9]+");
      assertThat(second.getString("address")).isEqualTo("127.0.0.1");
      assertThat(second.getValue("identity")).isNull();
      assertThat(second.getJsonArray("topics")).isEqualTo(new JsonArray().add("b").add("orders/*"));
      assertThat(second.getString("position")).isEqualTo(id);
      assertThat(second.getLong("lag")).isZero();
      assertThat(Instant.parse(second.getString("since")))
          .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
      all.forEach(SseClient::close);
    }
  }

  @Test
  void theyAreFoundByWhatTheyRead() {
    try (TestHub hub = TestHub.start()) {
      List<SseClient> all =
          Stream.of("topic=orders/42", "topic=orders/*", "topic=outpour/status", "")
              .map(hub::watch)
              .toList();
      assertThat(readers(hub, "?topic=orders/42").getInteger("count")).isEqualTo(2);
      assertThat(only(readers(hub, "?topic=orders/43")).getJsonArray("topics"))
          .isEqualTo(new JsonArray().add("orders/*"));
      assertThat(readers(hub, "?topic=orders/**").getInteger("count")).isEqualTo(2);
      assertThat(only(readers(hub, "?topic=updates")).getJsonArray("topics"))
          .isEqualTo(new JsonArray().add("updates"));
      JsonObject watching = only(readers(hub, "?topic=outpour/status"));
      assertThat(watching.getValue("position")).isNull();
      assertThat(watching.getValue("lag")).isNull();
      all.forEach(SseClient::close);
    }
  }

  @Test
  void manyAreListedInParts() {
    try (TestHub hub = TestHub.start()) {
      List<SseClient> all = IntStream.range(0, 7).mapToObj(i -> hub.read("topic=t")).toList();
      List<String> ids = new ArrayList<>();
      JsonObject part = readers(hub, "?limit=3");
      while (true) {
        assertThat(part.getInteger("count")).isEqualTo(7);
        for (Object each : part.getJsonArray("readers")) {
          ids.add(((JsonObject) each).getString("id"));
        }
        if (!part.getBoolean("more")) {
          break;
        }
        part = readers(hub, "?limit=3&after=" + ids.get(ids.size() - 1));
      }
      assertThat(ids).hasSize(7).doesNotHaveDuplicates();
      all.forEach(SseClient::close);
    }
  }

  @Test
  void longListsAreCutAndNobodyIsLeftOut() {
    String many =
        IntStream.range(0, 100).mapToObj(i -> "topic=" + "t".repeat(60) + i).collect(joining("&"));
    try (TestHub hub = TestHub.start()) {
      List<SseClient> all = IntStream.range(0, 150).mapToObj(i -> hub.read(many)).toList();
      Set<String> ids = new HashSet<>();
      JsonObject part = readers(hub, "?limit=1000");
      int parts = 1;
      for (; part.getBoolean("more"); parts++) {
        assertThat(part.encode().length()).isLessThan(1 << 20);
        JsonArray rows = part.getJsonArray("readers");
        rows.forEach(row -> assertThat(ids.add(((JsonObject) row).getString("id"))).isTrue());
        String last = rows.getJsonObject(rows.size() - 1).getString("id");
        part = readers(hub, "?limit=1000&after=" + last);
      }
      part.getJsonArray("readers").forEach(row -> ids.add(((JsonObject) row).getString("id")));
      assertThat(parts).isGreaterThan(1);
      assertThat(ids).hasSize(150);
      assertThat(part.getInteger("count")).isEqualTo(150);
      all.forEach(SseClient::close);
    }
  }

  @Test
  void aReaderIsSentAway() {
    try (TestHub hub = TestHub.start();
        SseClient one = hub.read("topic=one");
        SseClient other = hub.read("topic=other")) {
      String id = only(readers(hub, "?topic=one")).getString("id");
      assertThat(ask(hub, "DELETE", "/readers/" + id).statusCode()).isEqualTo(204);
      assertThat(one.awaitEnd()).isEqualTo(SseClient.End.PROPER);
      assertThat(one.words())
          .singleElement()
          .satisfies(
              word -> assertThat(word.data()).isEqualTo("{\"reason\":\"ended-by-operator\"}"));
      HttpResponse<String> again = ask(hub, "DELETE", "/readers/" + id);
      assertThat(again.statusCode()).isEqualTo(404);
      assertThat(again.headers().firstValue("content-type")).contains("application/problem+json");
      assertThat(readers(hub, "").getInteger("count")).isEqualTo(1);
      assertThat(other.hasEnded()).isFalse();
    }
  }

  @Test
  void allEventLoopsSayWhatIsRead() {
    try (TestHub hub = TestHub.start()) {
      String newest = hub.publishNumbers("b", 1, 3).get(2);
      hub.publish("c", "1");
      List<SseClient> all =
          Stream.of("topic=a&topic=b", "topic=b", "topic=b", "topic=b/*", "topic=b/*")
              .map(hub::read)
              .toList();
      JsonObject answer = new JsonObject(ask(hub, "GET", "/topics").body());
      assertThat(answer)
          .isEqualTo(
              new JsonObject()
                  .put(
                      "topics",
                      new JsonArray()
                          .add(topic("a", false, 1, null))
                          .add(topic("b", false, 3, newest))
                          .add(topic("b/*", true, 2, null)))
                  .put("more", false));
      JsonObject part = new JsonObject(ask(hub, "GET", "/topics?limit=1&after=a").body());
      assertThat(part.getBoolean("more")).isTrue();
      assertThat(part.getJsonArray("topics"))
          .isEqualTo(new JsonArray().add(topic("b", false, 3, newest)));
      all.forEach(SseClient::close);
    }
  }

  private static JsonObject topic(String name, boolean pattern, int readers, String last) {
    return new JsonObject()
        .put("topic", name)
        .put("pattern", pattern)
        .put("readers", readers)
        .put("last", last);
  }

  @Test
  void whatCannotBeIsRefused() {
    try (TestHub hub = TestHub.start()) {
      for (String query :
          List.of("limit=0", "limit=1001", "limit=x", "after=x", "topic=", "topic=a*", "other=1")) {
        assertThat(ask(hub, "GET", "/readers?" + query).statusCode()).as(query).isEqualTo(400);
      }
      assertThat(ask(hub, "DELETE", "/readers/nobody").statusCode()).isEqualTo(404);
      assertThat(ask(hub, "DELETE", "/readers/%0d%0a").statusCode()).isEqualTo(404);
      HttpResponse<String> post = ask(hub, "POST", "/readers");
      assertThat(post.statusCode()).isEqualTo(405);
      assertThat(post.headers().firstValue("allow")).contains("GET, HEAD, OPTIONS");
      assertThat(ask(hub, "GET", "/readers/x").statusCode()).isEqualTo(405);
    }
  }

  @Test
  void withoutKeysNobodySeesWhoReadsForBeingOnTheMachine() {
    try (TestHub hub = TestHub.start();
        RawHttp raw = hub.connect()) {
      raw.send("GET /readers HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(Problems.check(403, raw.answer()).getString("detail"))
          .contains("send the operator's token, which the hub logged when it started");
    }
  }

  @Test
  void itTakesTheRightToOperate() throws Exception {
    JsonObject config =
        new JsonObject()
            .put("http", new JsonObject().put("serve", List.of("events", "readers")))
            .put("auth", new JsonObject().put("hmacSecret", "s".repeat(32)).put("anonymous", true));
    TestHub.run(
        config,
        hub -> {
          assertThat(ask(hub, "GET", "/readers").statusCode()).isEqualTo(401);
          assertThat(ask(hub, "DELETE", "/readers/x").statusCode()).isEqualTo(401);
        });
  }
}
