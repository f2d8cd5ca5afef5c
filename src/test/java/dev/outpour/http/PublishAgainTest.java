package dev.outpour.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RamDirectory;
import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With an idempotency key, an update can be sent again: the log has it once. */
class PublishAgainTest {

  private static final List<String> LINES = List.of("{\"n\":1}", "[2]", "\"é\"", "4");
  private static final String BODY = String.join("\n", LINES) + "\n";

  private static TestHub hub;

  @BeforeAll
  static void start() {
    JsonObject history =
        new JsonObject()
            .put("store", "sqlite")
            .put("path", RamDirectory.make().resolve("outpour.db").toString());
    hub = TestHub.start(new JsonObject().put("history", history));
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static JsonObject publish(String query, String contentType, String body) {
    var answer = hub.post(query, contentType, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private static JsonObject publishLines(String topic) {
    return publish("topic=" + topic + "&key=" + topic, "application/x-ndjson", BODY);
  }

  private static String head(String topic, int length) {
    return "POST /update?topic="
        + topic
        + "&key="
        + topic
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }

  /** The updates of all topics below a prefix. */
  private static List<SseClient> read(String parent, List<String> topics) {
    String end = hub.publish(parent, "\"end\"");
    List<SseClient> readers = new ArrayList<>();
    for (String topic : topics) {
      SseClient reader = hub.read("topic=" + parent + "&topic=" + topic + "&lastEventId=earliest");
      reader.awaitLastId(end);
      reader.close();
      readers.add(reader);
    }
    return readers;
  }

  private static List<String> data(SseClient reader) {
    return reader.data().subList(0, reader.data().size() - 1);
  }

  @Test
  void updateWhoseAnswerWasLostIsFoundAgainUnderTheSameId() {
    try (SseClient reader = hub.read("topic=lost")) {
      for (int i = 0; i < 20; i++) {
        String query = "topic=lost&key=lost" + i;
        RawHttp first = hub.connect();
        first.send(
            "POST /update?" + query + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n");
        first.send("" + (10 + i));
        if (i % 2 == 0) {
          reader.awaitEvents(i + 1);
        }
        if (i % 4 < 2) {
          first.reset();
        } else {
          first.close();
        }
        String id = publish(query, null, "" + (10 + i)).getString("id");
        assertThat(reader.awaitEvents(i + 1).get(i).id()).isEqualTo(id);
        assertThat(publish(query, null, "" + (10 + i)))
            .isEqualTo(new JsonObject().put("id", id).put("duplicate", true));
      }
      hub.publish("lost", "\"end\"");
      assertThat(reader.awaitEvents(21)).hasSize(21);
    }
  }

  @Test
  void keysAreKnownAfterTheOwnerOfTheLogHasStartedAgain() {
    JsonObject one = publish("topic=restart&key=restart/1", null, "{\"n\":1}");
    JsonObject begun =
        publish("topic=restart&key=restart", "application/x-ndjson", LINES.get(0) + "\n");
    assertThat(begun.getString("first")).as("line 1").isEqualTo(one.getString("id"));
    hub.stopIngest();
    hub.startIngest();
    JsonObject all = publishLines("restart");
    assertThat(all.getInteger("count")).isEqualTo(LINES.size());
    assertThat(all.getString("first")).isEqualTo(one.getString("id"));
    assertThat(data(read("restart", List.of("restart")).get(0))).isEqualTo(LINES);
  }

  @Test
  void linesThatWereCutOffAnywhereAreCompletedByTheSameLinesAgain() {
    byte[] body = BODY.getBytes(UTF_8);
    List<String> topics = new ArrayList<>();
    for (int cut = 0; cut <= body.length; cut++) {
      String topic = "cut/" + cut;
      topics.add(topic);
      RawHttp raw = hub.connect().send(head(topic, body.length));
      raw.send(Arrays.copyOf(body, cut));
      if (cut % 2 == 0) {
        raw.reset();
      } else {
        raw.close();
      }
      assertThat(publishLines(topic).getInteger("count")).isEqualTo(LINES.size());
    }
    for (SseClient reader : read("cut", topics)) {
      assertThat(data(reader)).isEqualTo(LINES);
    }
  }

  @Test
  void linesOfWhichAnyWasFaultyAreCompletedByTheRepairedLines() {
    List<String> topics = new ArrayList<>();
    for (int faulty = 0; faulty < LINES.size(); faulty++) {
      String topic = "faulty/" + faulty;
      topics.add(topic);
      List<String> lines = new ArrayList<>(LINES);
      lines.set(faulty, "{faulty");
      JsonObject problem =
          Problems.check(
              400,
              hub.post(
                  "topic=" + topic + "&key=" + topic,
                  "application/x-ndjson",
                  String.join("\n", lines)));
      assertThat(problem.getInteger("line")).isEqualTo(faulty + 1);
      assertThat(problem.getInteger("count")).isEqualTo(faulty);
      assertThat(data(read(topic + "/end", List.of(topic)).get(0)))
          .as("refused lines and those after them are not in the log")
          .isEqualTo(LINES.subList(0, faulty));
      assertThat(publishLines(topic).getInteger("count")).isEqualTo(LINES.size());
    }
    for (SseClient reader : read("faulty", topics)) {
      assertThat(data(reader)).isEqualTo(LINES);
    }
  }
}
