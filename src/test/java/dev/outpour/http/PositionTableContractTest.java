package dev.outpour.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.SseParser;
import dev.outpour.TestHub;
import dev.outpour.http.stream.ControlEvents;
import dev.outpour.update.Lineage;
import dev.outpour.update.Lineage.Epoch;
import dev.outpour.update.LogHead;
import dev.outpour.update.Position;
import dev.outpour.update.Start;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a subscriber gets that sends a position, or something invalid; the same for all stores. Each
 * store has a test that inherits this one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PositionTableContractTest {

  private static final int KEPT = 10;
  private static final int PUBLISHED = 30;

  /** The first retained number. */
  private static final int EARLIEST = PUBLISHED - KEPT + 1;

  /** The number of the only update of a topic. */
  private static final int QUIET = 12;

  private TestHub hub;
  private String epoch;

  /** The settings of the store, in the section {@code history}. */
  abstract JsonObject history();

  @BeforeAll
  void start() {
    hub = TestHub.start(new JsonObject().put("history", history().put("keepUpdates", KEPT)));
    String first = hub.publishNumbers("t", 1, QUIET - 1).get(0);
    assertThat(hub.post("topic=t&topic=quiet", null, "" + QUIET).statusCode()).isEqualTo(200);
    hub.publishNumbers("t", QUIET + 1, PUBLISHED);
    epoch = first.substring(0, first.indexOf('-'));
  }

  @AfterAll
  void stop() {
    hub.close();
  }

  private String at(long number) {
    return epoch + "-" + number;
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
  }

  @Test
  void withoutAPositionItBeginsAtTheHead() {
    try (SseClient reader = hub.read("topic=t")) {
      assertThat(reader.lastEventId()).isEqualTo(at(PUBLISHED));
      assertThat(reader.blocks()).hasSize(1);
    }
  }

  @Test
  void whatIsRetainedIsReplayedAndSaidFirst() {
    try (SseClient reader = hub.resume("topic=t", at(25))) {
      reader.awaitEvents(5);
      assertThat(reader.data()).isEqualTo(numbers(26, 30));
      assertThat(reader.blocks().get(0).id()).isEqualTo(at(25));
      SseParser.Block resumed = reader.blocks().get(1);
      assertThat(resumed.id()).isEqualTo(at(25));
      assertThat(resumed.event()).isEqualTo("outpour.resumed");
      assertThat(resumed.data()).isEqualTo("{\"from\":\"" + at(25) + "\",\"missed\":5}");
      assertThat(reader.words()).hasSize(1);
    }
  }

  @Test
  void missedCountsPositionsAndNotMatches() {
    try (SseClient reader = hub.resume("topic=quiet", at(23))) {
      assertThat(reader.awaitWords(1).get(0).data())
          .isEqualTo("{\"from\":\"" + at(23) + "\",\"missed\":7}");
      assertThat(reader.events()).isEmpty();
      assertThat(reader.words().get(0).id()).isEqualTo(at(23));
    }
  }

  @Test
  void atTheHeadThereIsNothingToSay() {
    try (SseClient reader = hub.resume("topic=t", at(PUBLISHED))) {
      assertThat(reader.blocks()).hasSize(1);
      assertThat(reader.blocks().get(0).id()).isEqualTo(at(PUBLISHED));
    }
  }

  @Test
  void positionRightBeforeTheEarliestHasLostNothing() {
    try (SseClient reader = hub.resume("topic=t", at(EARLIEST - 1))) {
      reader.awaitEvents(KEPT);
      assertThat(reader.data()).isEqualTo(numbers(EARLIEST, PUBLISHED));
      assertThat(reader.words())
          .extracting(SseParser.Event::name)
          .containsExactly("outpour.resumed");
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "19"})
  void expiredPositionGoesOnFromTheEarliest(int number) {
    for (SseClient.Request request :
        List.of(
            hub.reader("topic=t").lastEventId(at(number)),
            hub.reader("topic=t&lastEventId=" + at(number)))) {
      try (SseClient reader = request.open()) {
        assertThat(reader.status()).isEqualTo(200);
        reader.awaitEvents(KEPT);
        assertThat(reader.data()).isEqualTo(numbers(EARLIEST, PUBLISHED));
        assertTruncated(reader, at(number), EARLIEST - 1, "expired");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    // updates of these topics that were removed are older than the position
    "topic=quiet, 12",
    "topic=quiet, 13",
    "topic=quiet, 19",
    "topic=quiet&topic=never, 12",
    "topic=quiet&envelope=json, 12",
    "topic=never, 0",
    "'', 0",
  })
  void whoHasLostNothingOfItsOwnIsNotToldThatSomethingHasExpired(String topics, int number) {
    for (SseClient.Request request :
        List.of(
            hub.reader(topics).lastEventId(at(number)),
            hub.reader(topics + (topics.isEmpty() ? "" : "&") + "lastEventId=" + at(number)))) {
      try (SseClient reader = request.open()) {
        assertThat(reader.awaitWords(1).get(0).data())
            .isEqualTo("{\"from\":\"" + at(number) + "\",\"missed\":" + (PUBLISHED - number) + "}");
        assertThat(reader.blocks().get(0).id()).isEqualTo(at(number));
        assertThat(reader.events()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "topic=quiet, 11",
    "topic=quiet, 0",
    "topic=never&topic=quiet, 11",
    // it is unknown what the patterns would have matched
    "topic=quiet/**, 12",
    "topic=never/*, 12",
    "topic=quiet&topic=never/*, 12",
  })
  void whoHasLostOneOfItsOwnOrHasPatternsIsToldSo(String topics, int number) {
    try (SseClient reader = hub.resume(topics, at(number))) {
      reader.awaitWords(1);
      assertTruncated(reader, at(number), EARLIEST - 1, "expired");
      assertThat(reader.events()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"31", "1000", "9223372036854775807"})
  void positionAheadOfTheLogGoesOnFromTheHead(long number) {
    for (SseClient.Request request :
        List.of(
            hub.reader("topic=t").lastEventId(at(number)),
            hub.reader("topic=t&lastEventId=" + at(number)))) {
      try (SseClient reader = request.open()) {
        reader.awaitWords(1);
        assertThat(reader.status()).isEqualTo(200);
        assertTruncated(reader, at(number), PUBLISHED, "future");
        assertThat(reader.events()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"abcdefgh-5", "ABCDEFGH12345678-0", "zzzzzzzzz-9223372036854775807"})
  void positionOfAnotherLogGoesOnFromTheHead(String foreign) {
    for (SseClient.Request request :
        List.of(
            hub.reader("topic=t").lastEventId(foreign),
            hub.reader("topic=t&lastEventId=" + foreign))) {
      try (SseClient reader = request.open()) {
        reader.awaitWords(1);
        assertTruncated(reader, foreign, PUBLISHED, "unknown");
        assertThat(reader.events()).isEmpty();
      }
    }
  }

  Stream<String> malformed() {
    return malformedIn(epoch);
  }

  static Stream<String> malformedIn(String epoch) {
    return Stream.of(
            "x",
            "-",
            "-1",
            "25",
            "EARLIEST",
            "EPOCH",
            "EPOCH-",
            "EPOCH--1",
            "EPOCH-+25",
            "EPOCH-025",
            "EPOCH-00",
            "EPOCH-25a",
            "EPOCH-25.0",
            "EPOCH-0x19",
            "EPOCH 25",
            "EPOCH-2 5",
            "EPOCH-9223372036854775808",
            "EPOCH-18446744073709551616",
            "EPOCH-1" + "0".repeat(100),
            "EPOCH-٢٥",
            "EPOCH-２５",
            "EPOCH%2D25",
            "EPOCH%252D25",
            "short-25",
            "epoch_no1-25",
            "../../../../etc/passwd",
            "1'; DROP TABLE updates; --",
            "http://localhost/-25",
            "a".repeat(8 * 1024),
            "a".repeat(65) + "-25")
        .map(text -> text.replace("EPOCH", epoch));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void whatIsNoPositionIsNoErrorInTheHeader(String text) {
    try (SseClient reader = hub.resume("topic=t", text)) {
      assertThat(reader.status()).isEqualTo(200);
      reader.awaitWords(1);
      assertTruncated(reader, null, PUBLISHED, "unknown");
      assertThat(reader.events()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void whatIsNoPositionIsRefusedInTheQuery(String text) {
    String encoded = TestHub.encode(text);
    if (encoded.length() > 8_000) {
      encoded = encoded.substring(0, 8_000);
    }
    try (SseClient reader = hub.read("lastEventId=" + encoded)) {
      Problems.check(400, reader);
    }
  }

  @Test
  void nulIsRefused() {
    try (SseClient reader = hub.read("lastEventId=" + epoch + "-2%005")) {
      Problems.check(400, reader);
    }
    try (RawHttp raw = hub.connect()) {
      String request = "GET /events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: a\0b\r\n\r\n";
      assertThat(raw.send(request.getBytes(UTF_8)).readUntil("\r\n")).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void headerWinsOverAPositionInTheQuery() {
    try (SseClient reader = hub.resume("topic=t&lastEventId=" + at(22), at(28))) {
      reader.awaitEvents(2);
      assertThat(reader.data()).isEqualTo(numbers(29, 30));
    }
    try (SseClient reader = hub.resume("topic=t&lastEventId=" + at(22), "nonsense")) {
      reader.awaitWords(1);
      assertTruncated(reader, null, PUBLISHED, "unknown");
    }
  }

  @Test
  void earliestIsAllThatIsRetainedAndNothingIsMissed() {
    for (SseClient.Request request :
        List.of(
            hub.reader("topic=t").lastEventId("earliest"),
            hub.reader("topic=t&lastEventId=earliest"))) {
      try (SseClient reader = request.open()) {
        reader.awaitEvents(KEPT);
        assertThat(reader.data()).isEqualTo(numbers(EARLIEST, PUBLISHED));
        assertThat(reader.words()).isEmpty();
        assertThat(reader.blocks().get(0).id()).isEqualTo(at(EARLIEST - 1));
      }
    }
  }

  /** The first block both tells the reason and moves the position. */
  private void assertTruncated(SseClient reader, String asked, long cursor, String reason) {
    SseParser.Block first = reader.blocks().get(0);
    assertThat(first.retry()).isBetween(2_000, 4_000);
    assertThat(first.id()).isEqualTo(at(cursor));
    assertThat(first.event()).isEqualTo("outpour.truncated");
    JsonObject data = new JsonObject(first.data());
    assertThat(data.fieldNames()).containsExactly("asked", "earliest", "reason");
    assertThat(data.getString("asked")).isEqualTo(asked);
    assertThat(data.getString("earliest")).isEqualTo(at(EARLIEST));
    assertThat(data.getString("reason")).isEqualTo(reason);
    assertThat(reader.words()).hasSize(1);
  }

  /** A log in memory is never rolled back, so this tests the event itself. */
  @ParameterizedTest
  @CsvSource({
    // asked, earliest retained, goes on from
    "oldepoch-41, 1, oldepoch-40",
    "oldepoch-99, 1, oldepoch-40",
    "oldepoch-99, 61, newepoch-60",
  })
  void positionPastTheEndOfAnEarlierEpochIsRolledBack(String asked, long earliest, String id) {
    Lineage lineage = new Lineage(List.of(new Epoch("oldepoch", 1), new Epoch("newepoch", 41)));
    LogHead head = new LogHead("log", lineage, earliest, 80);
    Position position = Position.parse(asked).orElseThrow();

    byte[] bytes =
        ControlEvents.first(head.locate(position), new Start.After(position), false).getBytes();

    SseParser.Block told = SseParser.parse(bytes).blocks().get(0);
    assertThat(told.id()).isEqualTo(id);
    assertThat(told.event()).isEqualTo("outpour.truncated");
    assertThat(new JsonObject(told.data()))
        .isEqualTo(
            new JsonObject()
                .put("asked", asked)
                .put("earliest", lineage.at(earliest).toString())
                .put("reason", "rolled-back"));
  }
}
