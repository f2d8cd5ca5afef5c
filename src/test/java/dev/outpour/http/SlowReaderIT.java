package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.SseClient;
import dev.outpour.SseParser.Event;
import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Readers who take nothing for a while, or for good. */
class SlowReaderIT {

  private static final String LARGE = "x".repeat(100_000);

  /** Publishes some megabytes; each update begins with its number. */
  private static String publishMegabytes(TestHub hub, int from, int to) {
    String id = "";
    for (int i = from; i <= to; i++) {
      id = hub.publish("big", "\"" + i + " " + LARGE + "\"");
    }
    return id;
  }

  private static Iterable<Integer> numbers(SseClient reader) {
    return reader.data().stream()
        .map(data -> Integer.valueOf(data.substring(1, data.indexOf(' '))))
        .toList();
  }

  private static Iterable<Integer> range(int from, int to) {
    return IntStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void readerThatStopsHoldsNobodyUpAndGetsAllInTheEnd() throws Exception {
    TestHub.run(
        new JsonObject(),
        hub -> {
          try (SseClient slow = hub.reader("topic=big").receiveBuffer(2_048).open();
              SseClient quick = hub.read("topic=big")) {
            slow.stopReading();
            String last = publishMegabytes(hub, 1, 80);
            quick.awaitLastId(last);
            assertThat(numbers(quick)).isEqualTo(range(1, 80));
            assertThat(slow.events().size()).isLessThan(40);
            slow.goOn();
            slow.awaitLastId(last);
            assertThat(numbers(slow)).isEqualTo(range(1, 80));
            assertThat(slow.words()).isEmpty();
          }
        });
  }

  @Test
  void readerThatIsLappedIsToldAndGoesOnFromWhatIsThere() throws Exception {
    TestHub.run(
        new JsonObject()
            .put("history", new JsonObject().put("keepUpdates", 10))
            .put("http", new JsonObject().put("pageCacheMegabytes", 8)),
        hub -> {
          try (SseClient slow = hub.reader("topic=big").receiveBuffer(2_048).open()) {
            slow.stopReading();
            String last = publishMegabytes(hub, 1, 200);
            slow.goOn();
            slow.awaitLastId(last);
            Event told = slow.awaitWords(1).get(0);
            assertThat(told.name()).isEqualTo("outpour.truncated");
            JsonObject data = new JsonObject(told.data());
            assertThat(data.getString("reason")).isEqualTo("expired");
            long lost = told.sequence() - sequence(data.getString("asked"));
            assertThat(lost).isPositive();
            assertThat(sequence(data.getString("earliest"))).isEqualTo(told.sequence() + 1);
            assertThat(slow.events().size() + lost)
                .as("what was given and what was named as lost is all")
                .isEqualTo(200);
            assertThat(slow.events().stream().map(Event::sequence).toList()).isSorted();
            assertThat(slow.events())
                .noneMatch(
                    each ->
                        each.sequence() > sequence(data.getString("asked"))
                            && each.sequence() <= told.sequence());
          }
        });
  }

  private static long sequence(String id) {
    return Long.parseLong(id.substring(id.indexOf('-') + 1));
  }
}
