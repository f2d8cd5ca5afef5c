package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.SseClient;
import dev.outpour.SseParser.Event;
import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Subscribers that read nothing for a while, or never again. */
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

  private static void lap(Consumer<TestHub> what) throws Exception {
    TestHub.run(
        new JsonObject()
            .put("history", new JsonObject().put("keepUpdates", 10))
            .put("http", new JsonObject().put("pageCacheMegabytes", 8)),
        what::accept);
  }

  /** The received updates and those reported as lost are all updates. */
  private static void checkLoss(Event told, List<Event> given, int all) {
    assertThat(told.name()).isEqualTo("outpour.truncated");
    JsonObject data = new JsonObject(told.data());
    assertThat(data.getString("reason")).isEqualTo("expired");
    long asked = sequence(data.getString("asked"));
    long lost = told.sequence() - asked;
    assertThat(lost).isPositive();
    assertThat(sequence(data.getString("earliest"))).isEqualTo(told.sequence() + 1);
    assertThat(given.size() + lost).isEqualTo(all);
    assertThat(given.stream().map(Event::sequence).toList()).isSorted();
    assertThat(given)
        .noneMatch(each -> each.sequence() > asked && each.sequence() <= told.sequence());
  }

  @Test
  void readerThatIsLappedIsToldAndGoesOnFromWhatIsThere() throws Exception {
    String small = "y".repeat(3_000);
    int count = 3_000;
    lap(
        hub -> {
          try (SseClient slow = hub.reader("topic=small").receiveBuffer(2_048).open()) {
            slow.stopReading();
            String last = "";
            for (int i = 0; i < count; i++) {
              last = hub.publish("small", "\"" + small + "\"");
            }
            slow.goOn();
            slow.awaitLastId(last);
            checkLoss(slow.awaitWords(1).get(0), slow.events(), count);
          }
        });
  }

  /** The rest of an unfinished event is gone: nothing can be sent in the middle of it. */
  @Test
  void readerThatIsLappedWithinALargeUpdateIsToldWhenItComesBack() throws Exception {
    lap(
        hub -> {
          try (SseClient slow = hub.reader("topic=big").receiveBuffer(2_048).open()) {
            slow.stopReading();
            final String last = publishMegabytes(hub, 1, 200);
            slow.goOn();
            assertThat(slow.awaitEnd()).isEqualTo(SseClient.End.CUT);
            assertThat(slow.words()).isEmpty();
            try (SseClient again = hub.resume("topic=big", slow.lastEventId())) {
              again.awaitLastId(last);
              List<Event> given = new ArrayList<>(slow.events());
              given.addAll(again.events());
              checkLoss(again.awaitWords(1).get(0), given, 200);
            }
          }
        });
  }

  private static long sequence(String id) {
    return Long.parseLong(id.substring(id.indexOf('-') + 1));
  }
}
