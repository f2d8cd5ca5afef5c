package dev.outpour.http.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.SseParser;
import dev.outpour.SseParser.Event;
import dev.outpour.update.Position;
import dev.outpour.update.Start;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From replay to live on one event loop, where it can go wrong. */
class SubscribersTest {

  private final SubscribersRig rig = new SubscribersRig();

  @AfterEach
  void stop() {
    rig.close();
  }

  private static List<String> data(SubscribersRig.Reader reader) {
    return reader.socket().events().stream().map(Event::data).toList();
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
  }

  @Test
  void readerFromAFasterLoopIsGivenOnlyWhatIsBeyondItAndToldNothing() {
    rig.publishNumbers("t", 1, 5);
    rig.grown();
    Position newest = rig.publishNumbers("t", 6, 8);

    SubscribersRig.Reader reader = rig.enter(new Start.After(newest), "t");
    SubscribersRig.Reader now = rig.enter(new Start.Now(), "t");
    rig.heartbeat();
    assertThat(reader.socket().lastEventId()).isEqualTo(newest.toString());
    rig.grown();
    rig.publishNumbers("t", 9, 10);
    rig.grown();

    rig.awaitLive(reader);
    rig.awaitLive(now);
    assertThat(data(reader)).isEqualTo(numbers(9, 10));
    assertThat(data(now)).isEqualTo(numbers(9, 10));
    assertThat(reader.socket().words()).isEmpty();
  }

  @Test
  void pageThatTheLoopHasNotSeenYetIsGivenOnceToAReaderWhoCatchesUp() {
    Position start = rig.publishNumbers("t", 1, 3);
    rig.publishNumbers("t", 4, 5);
    rig.grown();
    rig.publishNumbers("t", 6, 8);

    SubscribersRig.Reader reader = rig.enter(new Start.After(start), "t");
    rig.awaitLive(reader);
    assertThat(data(reader)).isEqualTo(numbers(4, 5));
    rig.grown();

    assertThat(data(reader)).isEqualTo(numbers(4, 8));
  }

  @Test
  void readerWhoseSocketWasFullAsThePageCameGetsItOnce() {
    SubscribersRig.Reader slow = rig.enter(new Start.Now(), "t");
    SubscribersRig.Reader quick = rig.enter(new Start.Now(), "t");
    rig.on(slow.socket()::clog);
    for (int i = 1; i <= 5; i++) {
      rig.publish(Integer.toString(i), "t");
      rig.grown();
    }
    assertThat(data(quick)).isEqualTo(numbers(1, 5));
    assertThat(data(slow)).isEmpty();
    rig.on(slow.socket()::drain);
    rig.awaitLive(slow);
    rig.publish("6", "t");
    rig.grown();
    assertThat(data(slow)).isEqualTo(numbers(1, 6));
  }

  @Test
  void readerWhoWantsNothingOfAFastLogReachesItsHead() {
    SubscribersRig.Reader reader = rig.enter(new Start.Now(), "quiet");
    Position zero = Position.parse(reader.socket().lastEventId()).orElseThrow();
    Position last = zero;
    for (int i = 0; i < 40; i++) {
      last = rig.publishNumbers("loud", 1, 1_000);
    }
    SubscribersRig.Reader behind = rig.enter(new Start.After(zero), "quiet/**");
    for (int i = 0; i < 20; i++) {
      rig.grown();
      last = rig.publishNumbers("loud", 1, 1_000);
      rig.heartbeat();
      rig.on(
          () -> {
            long said = Position.parse(behind.socket().lastEventId()).orElseThrow().sequence();
            if (behind.stream().state != Subscriber.State.LIVE) {
              assertThat(said).isLessThanOrEqualTo(behind.stream().cursor);
            }
          });
      long cursor = Position.parse(behind.socket().lastEventId()).orElseThrow().sequence();
      assertThat(cursor).isBetween(0L, last.sequence());
    }
    rig.grown();
    rig.awaitLive(behind);
    Position end = rig.publish("1", "quiet");
    rig.grown();
    rig.awaitLive(behind);
    assertThat(behind.socket().events())
        .as("none skipped on the way")
        .containsExactly(new Event(end.toString(), "message", "1"));
    assertThat(ids(behind)).isSorted();
  }

  private static List<Long> ids(SubscribersRig.Reader reader) {
    return reader.socket().blocks().stream()
        .map(SseParser.Block::id)
        .filter(id -> id != null)
        .map(id -> Position.parse(id).orElseThrow().sequence())
        .toList();
  }

  @Test
  void heartbeatOfAReaderWhoIsBehindNamesItsOwnPosition() {
    Position start = rig.publishNumbers("t", 1, 1);
    rig.publishNumbers("t", 2, 3);
    rig.grown();
    SubscribersRig.Reader behind = rig.enter(new Start.After(start), "t");
    rig.awaitLive(behind);
    rig.on(behind.socket()::clog);
    rig.publish("4", "t");
    rig.grown();
    rig.publish("5", "other");
    rig.grown();
    rig.heartbeat();
    assertThat(behind.socket().lastEventId()).as("nothing while bytes wait").endsWith("-3");
    rig.on(behind.socket()::drain);
    rig.awaitLive(behind);
    rig.heartbeat();
    assertThat(data(behind)).isEqualTo(numbers(2, 4));
    assertThat(behind.socket().lastEventId()).endsWith("-5");
  }

  @Test
  void heartbeatMovesAReaderOfAQuietTopicOnAndFiresNoEvent() {
    SubscribersRig.Reader reader = rig.enter(new Start.Now(), "quiet");
    for (int i = 1; i <= 3; i++) {
      Position position = rig.publish("1", "loud");
      rig.grown();
      rig.heartbeat();
      assertThat(reader.socket().lastEventId()).isEqualTo(position.toString());
    }
    assertThat(reader.socket().blocks()).hasSize(4);
    assertThat(reader.socket().events()).isEmpty();
  }

  @Test
  void streamThatIsCutAtAnyByteIsGoneOnWithExactly() {
    rig.publishNumbers("t", 1, 3);
    Position from = rig.publish("\"é\"", "t");
    rig.publishNumbers("t", 5, 6);
    rig.publish("0", "other");
    rig.grown();
    SubscribersRig.Reader whole = rig.enter(new Start.After(from), "t");
    rig.awaitLive(whole);
    rig.heartbeat();
    rig.publish("8", "t");
    rig.publish("[9,\n 9]", "t");
    rig.publish("0", "other");
    rig.grown();
    rig.heartbeat();
    byte[] bytes = whole.socket().bytes();
    List<Event> all = whole.socket().events();
    assertThat(all).hasSize(4);
    assertThat(whole.socket().words()).hasSize(1);

    for (int cut = 0; cut <= bytes.length; cut++) {
      SseParser before = SseParser.parse(Arrays.copyOf(bytes, cut));
      String id = before.lastEventId().isEmpty() ? from.toString() : before.lastEventId();
      SubscribersRig.Reader after = rig.comeBack(id, "t");
      rig.awaitLive(after);
      List<Event> chain =
          Stream.concat(before.events().stream(), after.socket().events().stream())
              .filter(event -> !event.isWord())
              .toList();
      assertThat(chain).as("cut at %d, back with %s", cut, id).isEqualTo(all);
      assertThat(after.socket().words())
          .extracting(Event::name)
          .allMatch("outpour.resumed"::equals);
      rig.leave(after);
    }
  }

  @Test
  void truncationThatIsCutAtAnyByteIsToldOnce() {
    try (SubscribersRig few = new SubscribersRig(new JsonObject().put("keepUpdates", 3))) {
      Position asked = few.publishNumbers("t", 1, 2);
      few.publishNumbers("t", 3, 8);
      few.grown();
      SubscribersRig.Reader whole = few.enter(new Start.After(asked), "t");
      few.awaitLive(whole);
      byte[] bytes = whole.socket().bytes();
      List<Event> all = SseParser.parse(bytes).events();
      assertThat(all).extracting(Event::data).endsWith("6", "7", "8").hasSize(4);

      for (int cut = 0; cut <= bytes.length; cut++) {
        SseParser before = SseParser.parse(Arrays.copyOf(bytes, cut));
        String id = before.lastEventId().isEmpty() ? asked.toString() : before.lastEventId();
        SubscribersRig.Reader after = few.comeBack(id, "t");
        few.awaitLive(after);
        assertThat(
                Stream.of(before, SseParser.parse(after.socket().bytes()))
                    .flatMap(each -> each.events().stream())
                    .filter(event -> !event.name().equals("outpour.resumed"))
                    .toList())
            .as("cut at %d, back with %s", cut, id)
            .isEqualTo(all);
        few.leave(after);
      }
    }
  }

  @Test
  void largeReplayIsWrittenInParts() {
    List<String> sent = new ArrayList<>();
    SubscribersRig.Reader first = rig.enter(new Start.Now(), "t");
    String zero = first.socket().lastEventId();
    for (int i = 0; i < 300; i++) {
      String data = "\"" + i + "x".repeat(1_000) + "\"";
      sent.add(data);
      rig.publish(data, "t");
    }
    rig.grown();
    SubscribersRig.Reader reader = rig.comeBack(zero, "t");
    rig.awaitLive(reader);
    rig.awaitLive(first);
    assertThat(data(reader).equals(sent)).as("replayed").isTrue();
    assertThat(data(first).equals(sent)).as("live").isTrue();
  }
}
