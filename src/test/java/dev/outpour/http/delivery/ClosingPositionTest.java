package dev.outpour.http.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.SseParser;
import dev.outpour.SseParser.Block;
import dev.outpour.SseParser.Event;
import dev.outpour.metrics.CloseReason;
import dev.outpour.update.Position;
import dev.outpour.update.Start;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * The position that a closing names: whoever comes back with it, or with any other id of the
 * stream, misses nothing and is given nothing twice.
 */
class ClosingPositionTest {

  /** So large that a turn serves some twenty readers with two of it, and none falls behind. */
  private static final int BYTES = 20_000;

  private static final int READERS = 60;
  private static final List<String> WANTED = List.of("t", "t/**", "other", "*");

  private final SubscribersRig rig = new SubscribersRig();

  /** What a reader has been given before it comes back, and as what. */
  private record Ended(SubscribersRig.Reader reader, String wanted) {}

  @AfterEach
  void stop() {
    rig.close();
  }

  private static String large(int number) {
    return number + " ".repeat(BYTES);
  }

  private static List<String> data(SubscribersRig.Reader reader) {
    return reader.socket().events().stream().map(Event::data).map(String::strip).toList();
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"ENDED", "GONE", "LIMIT", "OVERLOAD"})
  void closingAtAnyTurnOfASweepNamesWhatItsStreamWasGiven(CloseReason reason) {
    long seed = System.nanoTime();
    List<Ended> readers = new ArrayList<>();
    for (String wanted : WANTED) {
      List<Start> starts = Collections.nCopies(READERS, new Start.Now());
      rig.enterAtOnce(starts, wanted).forEach(each -> readers.add(new Ended(each, wanted)));
    }
    rig.publish(large(1), "t");
    rig.grown();
    rig.publish(large(2), "t");
    Position newest = rig.publish(large(3), "t");
    List<Ended> left = new ArrayList<>(readers);
    Collections.shuffle(left, new Random(seed));
    List<SubscribersRig.Reader> joined = new ArrayList<>();
    rig.grownInTurns(
        30,
        turn -> {
          joined.forEach(each -> rig.end(each, reason));
          joined.add(rig.enterNow(new Start.Now(), "t"));
          for (int i = 0; i < 12 && !left.isEmpty(); i++) {
            rig.end(left.remove(0).reader(), reason);
          }
        });
    rig.publish(large(4), "t");
    rig.grown();

    for (SubscribersRig.Reader each : joined.subList(0, joined.size() - 1)) {
      SubscribersRig.Reader back = rig.comeBack(each.socket().lastEventId(), "t");
      rig.awaitLive(back);
      assertThat(each.socket().words()).extracting(Event::id).containsExactly(newest.toString());
      assertThat(data(back)).containsExactly("4");
    }
    int before = 0;
    for (Ended each : readers) {
      List<Block> blocks = each.reader().socket().blocks();
      Block last = blocks.get(blocks.size() - 1);
      assertThat(last.event()).isEqualTo("outpour.closing");
      assertThat(last.retry()).isBetween(2_000, 4_000);
      assertIdsDoNotFall(blocks);
      SubscribersRig.Reader back = rig.comeBack(last.id(), each.wanted());
      rig.awaitLive(back);
      List<String> all = Stream.of(each.reader(), back).flatMap(it -> data(it).stream()).toList();
      List<String> wanted = each.wanted().equals("other") ? List.of() : List.of("1", "2", "3", "4");
      assertThat(all).as("%s, seed %d, after %s", each.wanted(), seed, blocks).isEqualTo(wanted);
      before += data(each.reader()).size() < 3 ? 1 : 0;
    }
    assertThat(before).as("some were ended before their turn").isBetween(30, 230);
  }

  private static void assertIdsDoNotFall(List<Block> blocks) {
    List<Long> numbers =
        blocks.stream()
            .filter(block -> block.id() != null)
            .map(block -> Position.parse(block.id()).orElseThrow().sequence())
            .toList();
    assertThat(numbers).isSorted();
  }

  @Test
  void anyIdOfAStreamIsAPlaceToComeBackTo() {
    Position start = rig.publishNumbers("t", 1, 3);
    rig.grown();
    SubscribersRig.Reader reader = rig.enter(new Start.After(start), "t");
    rig.awaitLive(reader);
    rig.publishNumbers("t", 4, 5);
    rig.grown();
    rig.publishNumbers("quiet", 1, 2);
    rig.grown();
    rig.heartbeat();
    rig.publishNumbers("t", 6, 7);
    rig.grown();
    rig.on(() -> rig.end(reader, CloseReason.SHUTDOWN));
    rig.publishNumbers("t", 8, 9);
    rig.grown();

    byte[] bytes = reader.socket().bytes();
    for (int end = 1; end <= bytes.length; end++) {
      SseParser seen = SseParser.parse(Arrays.copyOf(bytes, end));
      if (!seen.isMidway() && !seen.lastEventId().isEmpty()) {
        SubscribersRig.Reader back = rig.comeBack(seen.lastEventId(), "t");
        rig.awaitLive(back);
        List<String> all =
            Stream.concat(
                    seen.events().stream().filter(it -> !it.isWord()).map(Event::data),
                    data(back).stream())
                .toList();
        assertThat(all).isEqualTo(IntStream.rangeClosed(4, 9).mapToObj(Integer::toString).toList());
      }
    }
  }

  @Test
  void readerWhoIsBehindOrAheadIsToldItsOwnPosition() {
    Position start = rig.publishNumbers("t", 1, 3);
    rig.grown();
    SubscribersRig.Reader slow = rig.enter(new Start.After(start), "t");
    rig.awaitLive(slow);
    rig.on(slow.socket()::clogByAnEvent);
    Position first = rig.publishNumbers("t", 4, 4);
    Position newest = rig.publishNumbers("t", 5, 9);
    SubscribersRig.Reader ahead = rig.enter(new Start.After(newest), "t");
    rig.on(() -> rig.end(ahead, CloseReason.SHUTDOWN));
    rig.grown();
    rig.on(
        () -> {
          rig.end(slow, CloseReason.SHUTDOWN);
          slow.socket().drain();
        });
    assertThat(data(slow)).containsExactly("4");
    List<Event> told = slow.socket().words();
    assertThat(told.get(told.size() - 1))
        .isEqualTo(new Event(first.toString(), "outpour.closing", "{\"reason\":\"shutdown\"}"));
    assertThat(ahead.socket().words().get(0).id()).isEqualTo(newest.toString());
  }

  @Test
  void readerWhosePlaceIsNotKnownYetKeepsThePositionItCameWith() {
    rig.publishNumbers("t", 1, 3);
    rig.ownerRefuses(Optional.empty());
    Position foreign = new Position("ForeignLog", 7);
    SubscribersRig.Reader reader = rig.enter(new Start.After(foreign), "t");
    SubscribersRig.Reader newest = rig.enter(new Start.Newest(3), "t");
    rig.heartbeat();
    rig.on(() -> Stream.of(reader, newest).forEach(each -> rig.end(each, CloseReason.EXPIRED)));

    List<Block> blocks = reader.socket().blocks();
    assertThat(blocks.get(0).id()).isEqualTo(foreign.toString());
    assertThat(blocks.get(0).isPosition()).isTrue();
    assertThat(blocks.get(0).retry()).isNotNull();
    assertThat(blocks.get(blocks.size() - 1).id()).isEqualTo(foreign.toString());
    assertThat(newest.socket().blocks()).extracting(Block::id).containsOnlyNulls();
  }
}
