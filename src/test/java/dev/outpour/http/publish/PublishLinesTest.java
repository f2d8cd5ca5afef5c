package dev.outpour.http.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.TestHub;
import dev.outpour.http.Problems;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Bodies of {@code application/x-ndjson}: one update a line, published as the lines arrive. */
class PublishLinesTest {

  private static final int MOST = 4 * 1024;
  private static TestHub hub;

  @BeforeAll
  static void start() {
    hub =
        TestHub.start(
            new JsonObject().put("http", new JsonObject().put("maxUpdateKilobytes", MOST / 1024)));
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static RawHttp begin(String query) {
    return hub.connect()
        .send(
            "POST /update?"
                + query
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n");
  }

  private static JsonObject publish(String query, String lines) {
    var answer = hub.post(query, "application/x-ndjson", lines);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private static List<String> all(String topic) {
    String end = hub.publish(topic, "\"end\"");
    try (SseClient reader = hub.read("topic=" + topic + "&lastEventId=earliest")) {
      reader.awaitLastId(end);
      List<String> data = reader.data();
      return data.subList(0, data.size() - 1);
    }
  }

  @Test
  void lineIsPublishedBeforeTheRequestEnds() {
    try (SseClient reader = hub.read("topic=early");
        RawHttp raw = begin("topic=early&event=e")) {
      raw.sendChunk("{\"n\":1}\n{\"n\":");
      assertThat(reader.awaitEvents(1).get(0).data()).isEqualTo("{\"n\":1}");
      raw.sendChunk("2}\n");
      assertThat(reader.awaitEvents(2).get(1).data()).isEqualTo("{\"n\":2}");
      raw.sendChunk("3").sendChunk("");
      JsonObject answer = new JsonObject(raw.answer().body());
      assertThat(reader.awaitEvents(3)).extracting("name").containsOnly("e");
      assertThat(answer.fieldNames()).containsExactly("count", "first", "last");
      assertThat(answer.getInteger("count")).isEqualTo(3);
      assertThat(answer.getString("first")).isEqualTo(reader.events().get(0).id());
      assertThat(answer.getString("last")).isEqualTo(reader.events().get(2).id());
    }
  }

  @Test
  void linesEndWithLfOrCrlfAndBlankOnesAreSkipped() {
    JsonObject answer = publish("topic=ends", "\n1\r\n\r\n  \n\t\r\n 2 \n3");
    assertThat(answer.getInteger("count")).isEqualTo(3);
    assertThat(all("ends")).containsExactly("1", " 2 ", "3");
  }

  @Test
  void nothingIsAlsoAStream() {
    for (String lines : List.of("", "\n", "\r\n\n")) {
      JsonObject answer = publish("topic=nothing", lines);
      assertThat(answer).isEqualTo(new JsonObject().put("count", 0));
    }
  }

  @Test
  void lastLineWithoutEndCountsOnlyIfTheRequestEndedProperly() {
    try (RawHttp raw = begin("topic=proper")) {
      raw.sendChunk("1\n2").sendChunk("");
      assertThat(new JsonObject(raw.answer().body()).getInteger("count")).isEqualTo(2);
    }
    assertThat(all("proper")).containsExactly("1", "2");
    for (boolean reset : List.of(false, true)) {
      String topic = "aborted" + reset;
      RawHttp raw = begin("topic=" + topic).sendChunk("1\n2");
      try (SseClient reader = hub.read("topic=" + topic + "&lastEventId=earliest")) {
        reader.awaitEvents(1);
        if (reset) {
          raw.reset();
        } else {
          raw.close();
        }
        assertThat(all(topic)).containsExactly("1");
      }
    }
  }

  @Test
  void lineMayBeCutAnywhere() {
    String lines = "{\"a\":\"é\"}\r\n\r\n[1,\"𝄞\"]\n3\r\n";
    byte[] bytes = lines.getBytes(UTF_8);
    String head =
        "POST /update?topic=cuts HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/x-ndjson\r\nContent-Length: "
            + bytes.length
            + "\r\n\r\n";
    try (RawHttp raw = hub.connect()) {
      for (int cut = 0; cut <= bytes.length; cut++) {
        raw.send(head).send(Arrays.copyOfRange(bytes, 0, cut));
        raw.send(Arrays.copyOfRange(bytes, cut, bytes.length));
        assertThat(new JsonObject(raw.answer().body()).getInteger("count")).isEqualTo(3);
      }
    }
    List<String> all = all("cuts");
    assertThat(all).hasSize(3 * (bytes.length + 1));
    for (int i = 0; i < all.size(); i += 3) {
      assertThat(all.subList(i, i + 3)).containsExactly("{\"a\":\"é\"}", "[1,\"𝄞\"]", "3");
    }
  }

  @Test
  void firstBadLineStopsTheStreamAndIsNamed() {
    var answer = hub.post("topic=bad", "application/x-ndjson", "1\n\n2\r\n{bad}\n4\n{bad too}\n");
    JsonObject problem = Problems.check(400, answer);
    assertThat(problem.getInteger("line")).isEqualTo(4);
    assertThat(problem.getInteger("count")).isEqualTo(2);
    try (SseClient reader = hub.read("topic=bad&lastEventId=earliest")) {
      reader.awaitEvents(2);
      assertThat(problem.getString("first")).isEqualTo(reader.events().get(0).id());
      assertThat(problem.getString("last")).isEqualTo(reader.events().get(1).id());
    }
    assertThat(all("bad")).containsExactly("1", "2");
  }

  @Test
  void badLineIsAnsweredWhileTheRequestIsStillOpen() {
    try (RawHttp raw = begin("topic=open")) {
      raw.sendChunk("nonsense\n");
      RawHttp.Answer answer = raw.answer();
      JsonObject problem = Problems.check(400, answer);
      assertThat(problem.getInteger("line")).isEqualTo(1);
      assertThat(problem.getInteger("count")).isZero();
      assertThat(problem.containsKey("first")).isFalse();
      assertThat(answer.header("Connection")).isEqualToIgnoringCase("close");
      raw.awaitClose();
    }
  }

  @Test
  void wholeStreamCanBeSentAgainWithItsKey() {
    String first = "1\n\n2\n";
    JsonObject begun = publish("topic=again&key=s", first);
    JsonObject whole = publish("topic=again&key=s", first + "3\n4\n");
    assertThat(whole.getInteger("count")).isEqualTo(4);
    assertThat(whole.getString("first")).isEqualTo(begun.getString("first"));
    JsonObject again = publish("topic=again&key=s", first + "3\n4\n");
    assertThat(again).isEqualTo(whole);
    assertThat(all("again")).containsExactly("1", "2", "3", "4");
    JsonObject single = new JsonObject(hub.post("topic=again&key=s/3", null, "2").body());
    assertThat(single.getBoolean("duplicate")).as("line 3 has the key s/3").isTrue();
  }

  @Test
  void streamSentAgainWithAnotherLineIsRefusedThere() {
    publish("topic=changed&key=c", "1\n2\n3\n");
    JsonObject problem =
        Problems.check(
            422,
            hub.post("topic=changed&key=c", "application/x-ndjson", "1\nX\n3\n".replace("X", "9")));
    assertThat(problem.getInteger("line")).isEqualTo(2);
    assertThat(problem.getInteger("count")).isEqualTo(1);
    assertThat(all("changed")).containsExactly("1", "2", "3");
  }

  @Test
  void keyLeavesRoomForTheNumbersOfItsLines() {
    Problems.check(400, hub.post("key=" + "k".repeat(256), "application/x-ndjson", "1\n"));
    Problems.check(400, hub.post("key=" + "k".repeat(240), "application/x-ndjson", "1\n"));
    publish("topic=room&key=" + "k".repeat(200), "1\n");
  }

  @Test
  void lineOfTheLargestSizeIsTakenAndALongerOneRefused() {
    String most = "\"" + "x".repeat(MOST - 2) + "\"";
    publish("topic=long", most + "\r\n" + most + "\n" + most);
    for (String end : List.of("\n", "\r\n", "")) {
      JsonObject problem =
          Problems.check(
              413, hub.post("topic=long", "application/x-ndjson", "1\n" + most + " " + end));
      assertThat(problem.getInteger("line")).isEqualTo(2);
      assertThat(problem.getInteger("count")).isEqualTo(1);
    }
    try (RawHttp raw = begin("topic=long")) {
      raw.sendChunk("1\n" + "x".repeat(MOST + 2));
      JsonObject problem = Problems.check(413, raw.answer());
      assertThat(problem.getInteger("line")).as("before it ends").isEqualTo(2);
      raw.awaitClose();
    }
  }

  @Test
  void bodyHasNoLimitAndKeepsItsOrder() {
    int count = 20_000;
    StringBuilder lines = new StringBuilder();
    IntStream.range(0, count).forEach(i -> lines.append(i).append("\n"));
    assertThat(lines.length()).isGreaterThan(20 * MOST);
    assertThat(publish("topic=many", lines.toString()).getInteger("count")).isEqualTo(count);
    List<String> all = all("many");
    assertThat(all).isEqualTo(IntStream.range(0, count).mapToObj(Integer::toString).toList());
  }

  @Test
  void splitterGivesTheSameLinesHoweverTheyAreCut() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String text = "one\n\ntwo\r\nthr\ree\r\r\n\nlast";
    for (int round = 0; round < 500; round++) {
      StringBuilder lines = new StringBuilder();
      LineSplitter splitter =
          new LineSplitter(MOST, (number, line) -> lines.append(number).append(line).append('|'));
      int at = 0;
      while (at < text.length()) {
        int to = Math.min(text.length(), at + 1 + random.nextInt(6));
        splitter.feed(Buffer.buffer(text.substring(at, to)));
        at = to;
      }
      splitter.end();
      assertThat(lines.toString()).as("seed %d", seed).isEqualTo("1one|2|3two|4thr\ree\r|5|6last|");
    }
  }

  private static void assertGoesOn(String topic, String... data) {
    assertThat(all(topic)).as("nothing has ended").containsExactly(data);
  }

  private static void assertEnded(String topic, String... data) {
    Problems.check(409, hub.post("topic=" + topic, null, "0"));
    try (SseClient reader = hub.read("topic=" + topic + "&lastEventId=earliest")) {
      assertThat(reader.awaitEnd()).isEqualTo(SseClient.End.PROPER);
      assertThat(reader.data()).containsExactly(data);
    }
  }

  @Test
  void lastLineIsTheEndAndOneLineIsHeldBackForThat() {
    try (SseClient reader = hub.read("topic=build");
        RawHttp raw = begin("topic=build&end=true")) {
      raw.sendChunk("1\n2\n");
      reader.awaitEvents(1);
      raw.sendChunk("3\n");
      reader.awaitEvents(2);
      assertThat(reader.data()).containsExactly("1", "2");
      raw.sendChunk("");
      assertThat(reader.awaitEnd()).isEqualTo(SseClient.End.PROPER);
      assertThat(reader.data()).containsExactly("1", "2", "3");
      assertThat(reader.words()).extracting("name").containsExactly("outpour.ended");
      JsonObject answer = new JsonObject(raw.answer().body());
      assertThat(answer.getInteger("count")).isEqualTo(3);
      assertThat(answer.getString("last")).isEqualTo(reader.lastEventId());
    }
  }

  @Test
  void lastLineIsTheEndWhateverFollowsIt() {
    String[] tails = {"", "\n", "\r\n\r\n", "\n \n\t\n"};
    for (int i = 0; i < tails.length; i++) {
      JsonObject answer = publish("topic=tail" + i + "&end=true", "1\n2" + tails[i]);
      assertThat(answer.getInteger("count")).isEqualTo(2);
      assertEnded("tail" + i, "1", "2");
    }
  }

  @Test
  void nothingEndsNothing() {
    assertThat(publish("topic=no&end=true", "\n")).isEqualTo(new JsonObject().put("count", 0));
    assertGoesOn("no");
  }

  @Test
  void bodyThatIsCutEndsNothing() {
    for (boolean reset : List.of(false, true)) {
      String topic = "cut" + reset;
      RawHttp raw = begin("topic=" + topic + "&end=true").sendChunk("1\n2\n");
      try (SseClient reader = hub.read("topic=" + topic + "&lastEventId=earliest")) {
        reader.awaitEvents(1);
        if (reset) {
          raw.reset();
        } else {
          raw.close();
        }
        assertGoesOn(topic, "1");
      }
    }
  }

  @Test
  void bodyThatIsRefusedEndsNothingAndTheLinesBeforeAreThere() {
    String[] bad = {"{bad}\n4\n", "{bad}", "\"" + "x".repeat(MOST) + "\"\n", "x".repeat(MOST + 2)};
    for (int i = 0; i < bad.length; i++) {
      var answer =
          hub.post("topic=stopped" + i + "&end=true", "application/x-ndjson", "1\n2\n" + bad[i]);
      assertThat(answer.statusCode()).isIn(400, 413);
      JsonObject problem = new JsonObject(answer.body());
      assertThat(problem.getInteger("line")).isEqualTo(3);
      assertThat(problem.getInteger("count")).isEqualTo(2);
      assertGoesOn("stopped" + i, "1", "2");
    }
  }

  @Test
  void streamThatEndsCanBeSentAgainWithItsKey() {
    try (RawHttp raw = begin("topic=retold&key=r&end=true").sendChunk("1\n2\n");
        SseClient reader = hub.read("topic=retold&lastEventId=earliest")) {
      reader.awaitEvents(1);
      raw.reset();
    }
    JsonObject whole = publish("topic=retold&key=r&end=true", "1\n2\n");
    assertThat(whole.getInteger("count")).isEqualTo(2);
    assertThat(publish("topic=retold&key=r&end=true", "1\n2\n")).isEqualTo(whole);
    assertEnded("retold", "1", "2");
    JsonObject longer =
        Problems.check(
            422, hub.post("topic=retold&key=r&end=true", "application/x-ndjson", "1\n2\n3\n"));
    assertThat(longer.getInteger("line")).isEqualTo(2);
  }

  @Test
  void topicThatEndsMeanwhileStopsTheStream() {
    try (SseClient reader = hub.read("topic=race");
        RawHttp raw = begin("topic=race")) {
      raw.sendChunk("1\n");
      reader.awaitEvents(1);
      assertThat(hub.post("topic=race&end=true", null, "2").statusCode()).isEqualTo(200);
      raw.sendChunk("3\n");
      JsonObject problem = Problems.check(409, raw.answer());
      assertThat(problem.getInteger("line")).isEqualTo(2);
      assertThat(problem.getInteger("count")).isEqualTo(1);
    }
    assertEnded("race", "1", "2");
  }

  @Test
  void otherHeadsAreCheckedBeforeAnyLine() {
    try (RawHttp raw = begin("topic=a*")) {
      Problems.check(400, raw.answer());
    }
    Problems.check(415, hub.post("", "application/x-ndjson", "1\n", "Content-Encoding", "gzip"));
  }
}
