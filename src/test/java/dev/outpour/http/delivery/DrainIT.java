package dev.outpour.http.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.SseParser;
import dev.outpour.TestHub;
import dev.outpour.http.Problems;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a hub stops. */
class DrainIT {

  private static RawHttp beginLines(TestHub hub) {
    return hub.connect()
        .send(
            "POST /update?topic=a HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
  }

  @Test
  void readersAreGivenAllThatWasTakenAndTheWordWithTheirPosition() {
    List<SseClient> readers = new ArrayList<>();
    String last;
    try (TestHub hub = TestHub.start()) {
      for (int i = 0; i < 30; i++) {
        readers.add(hub.read("topic=a"));
      }
      last = hub.publishNumbers("a", 1, 200).get(199);
    }
    for (SseClient reader : readers) {
      assertThat(reader.awaitEnd()).isEqualTo(SseClient.End.PROPER);
      assertThat(reader.events()).hasSize(200);
      assertThat(reader.lastEventId()).isEqualTo(last);
      assertThat(reader.words()).hasSize(1);
      assertThat(reader.words().get(0).name()).isEqualTo("outpour.closing");
      List<SseParser.Block> blocks = reader.blocks();
      SseParser.Block closing = blocks.get(blocks.size() - 1);
      assertThat(closing.id()).isEqualTo(last);
      assertThat(closing.data()).isEqualTo("{\"reason\":\"shutdown\"}");
      assertThat(blocks.stream().map(SseParser.Block::retry).filter(each -> each != null))
          .hasSize(2)
          .allMatch(retry -> retry >= 2_000 && retry <= 4_000);
      reader.close();
    }
  }

  @Test
  void withoutReadersItStopsInUnderASecond() {
    TestHub hub = TestHub.start();
    hub.publish("a", "1");
    try (RawHttp idle = hub.connect()) {
      idle.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(idle.answer().status()).isEqualTo(200);
      long begun = System.nanoTime();
      TestHub.await(hub.stopHttp());
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
      idle.awaitClose();
    }
    hub.close();
  }

  @Test
  void linesAreNotWaitedForAndWhatWasTakenIsAnswered() {
    TestHub hub = TestHub.start();
    try (SseClient reader = hub.read("topic=a");
        RawHttp lines = beginLines(hub)) {
      lines.sendChunk("1\n2");
      reader.awaitEvents(1);
      long begun = System.nanoTime();
      Future<Void> stopped = hub.stopHttp();
      RawHttp.Answer answer = lines.answer();
      JsonObject problem = Problems.check(503, answer);
      assertThat(problem.getInteger("count")).isEqualTo(1);
      assertThat(problem.getInteger("line")).isEqualTo(2);
      assertThat(problem.getString("last")).isEqualTo(reader.events().get(0).id());
      assertThat(answer.header("Retry-After")).isNotNull();
      TestHub.await(stopped);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }
    hub.close();
  }

  @Test
  void readerWhoIsBehindHasTheWholeTimeAndTheOthersDoNotWaitForIt() {
    TestHub hub =
        TestHub.start(
            new JsonObject()
                .put("http", new JsonObject().put("drainSeconds", 60))
                .put("history", new JsonObject().put("store", "memory")));
    try (SseClient slow = hub.reader("topic=a").receiveBuffer(2_048).open();
        SseClient quick = hub.read("topic=b")) {
      slow.stopReading();
      String last = "";
      for (int i = 0; i < 40; i++) {
        last = hub.publish("a", "\"" + "x".repeat(300_000) + "\"");
      }
      Future<Void> stopped = hub.stopHttp();
      assertThat(quick.awaitEnd()).isEqualTo(SseClient.End.PROPER);
      assertThat(stopped.isComplete()).as("stopped while one was behind").isFalse();
      slow.goOn();
      assertThat(slow.awaitEnd()).isEqualTo(SseClient.End.PROPER);
      assertThat(slow.events()).hasSize(40);
      assertThat(slow.lastEventId()).isEqualTo(last);
      assertThat(slow.words()).singleElement().matches(word -> word.name().endsWith("closing"));
      TestHub.await(stopped);
    }
    hub.close();
  }

  @Test
  void readerThatTakesNothingDoesNotKeepItFromStopping() {
    TestHub hub =
        TestHub.start(new JsonObject().put("http", new JsonObject().put("drainSeconds", 1)));
    try (SseClient stuck = hub.reader("topic=a").receiveBuffer(2_048).open()) {
      stuck.stopReading();
      for (int i = 0; i < 30; i++) {
        hub.publish("a", "\"" + "x".repeat(100_000) + "\"");
      }
      long begun = System.nanoTime();
      TestHub.await(hub.stopHttp());
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }
    hub.close();
  }
}
