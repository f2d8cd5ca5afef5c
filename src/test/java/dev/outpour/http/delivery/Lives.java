package dev.outpour.http.delivery;

import dev.outpour.http.delivery.Step.Come;
import dev.outpour.http.delivery.Step.Disk;
import dev.outpour.http.delivery.Step.Item;
import dev.outpour.metrics.CloseReason;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Random lives of a log and its readers. */
final class Lives {

  static final int LOOPS = 2;
  static final int MOST_READERS = 5;

  private static final int MOST_STEPS = 40;

  /** So large that a sweep over three readers takes more than a turn. */
  private static final int LARGE = 600_000;

  private Lives() {}

  /** What happens, in this order. */
  record Script(List<Step> steps) {
    @Override
    public String toString() {
      return steps.stream().map(step -> "\n    " + step).collect(Collectors.joining());
    }
  }

  /** What each reader wants, often all the same; nothing: what the default topic has. */
  static Arbitrary<List<List<String>>> interests() {
    Arbitrary<List<String>> interest =
        Arbitraries.of(
            List.of("a"),
            List.of("**"),
            List.of("a", "b"),
            List.of("d/*"),
            List.of("d/**", "a"),
            List.of("*", "d/x"),
            List.of(),
            List.of("never"));
    return Arbitraries.oneOf(
        interest.list().ofMinSize(1).ofMaxSize(MOST_READERS),
        Combinators.combine(interest, Arbitraries.integers().between(1, MOST_READERS))
            .as((same, readers) -> Collections.nCopies(readers, same)));
  }

  /** In memory: with the log's owner the log is gone. */
  static Arbitrary<Script> inMemory() {
    return steps(1);
  }

  static Arbitrary<Script> onDisk() {
    return steps(6);
  }

  private static Arbitrary<Script> steps(int restarts) {
    return Arbitraries.frequencyOf(
            Tuple.of(24, publish()),
            Tuple.of(14, loops().map(Step.Hear::new)),
            Tuple.of(6, loops().map(Step.Beat::new)),
            Tuple.of(20, connect()),
            Tuple.of(6, readers().map(Step.Block::new)),
            Tuple.of(7, readers().map(Step.Unblock::new)),
            Tuple.of(9, cut()),
            Tuple.of(4, end()),
            Tuple.of(2, Arbitraries.just(new Step.Notice())),
            Tuple.of(10, Arbitraries.integers().between(1, 4).map(Step.Turns::new)),
            Tuple.of(3, Arbitraries.just(new Step.Later())),
            Tuple.of(3, Arbitraries.just(new Step.Forget())),
            Tuple.of(1, Arbitraries.just(new Step.Stop())),
            Tuple.of(restarts, Arbitraries.of(Disk.class).map(Step.Restart::new)))
        .list()
        .ofMinSize(1)
        .ofMaxSize(MOST_STEPS)
        .map(Script::new);
  }

  private static Arbitrary<Integer> readers() {
    return Arbitraries.integers().between(0, MOST_READERS - 1);
  }

  private static Arbitrary<Integer> loops() {
    return Arbitraries.frequency(Tuple.of(3, 0), Tuple.of(1, 1));
  }

  private static Arbitrary<Step> publish() {
    Arbitrary<List<String>> topics =
        Arbitraries.of(
            List.of("a"),
            List.of("b"),
            List.of("a", "b"),
            List.of("d/x"),
            List.of("d/x/y", "a"),
            List.of("else"),
            List.of());
    Arbitrary<Integer> sizes =
        Arbitraries.frequency(Tuple.of(40, 1), Tuple.of(5, 24_000), Tuple.of(2, LARGE));
    Arbitrary<String> keys =
        Arbitraries.frequency(Tuple.of(6, ""), Tuple.of(1, "k"), Tuple.of(1, "l"))
            .map(key -> key.isEmpty() ? null : key);
    Arbitrary<Item> items =
        Combinators.combine(topics, keys, Arbitraries.integers().between(0, 1), sizes)
            .as(Item::new);
    return items.list().ofMaxSize(4).list().ofMinSize(1).ofMaxSize(3).map(Step.Publish::new);
  }

  private static Arbitrary<Step> connect() {
    Arbitrary<Come> come =
        Arbitraries.frequency(
            Tuple.of(14, Come.BACK),
            Tuple.of(3, Come.NOW),
            Tuple.of(3, Come.EARLIEST),
            Tuple.of(3, Come.NEWEST),
            Tuple.of(5, Come.EVER_GIVEN),
            Tuple.of(1, Come.AHEAD),
            Tuple.of(1, Come.FOREIGN),
            Tuple.of(1, Come.MALFORMED));
    return Combinators.combine(readers(), loops(), come, Arbitraries.integers().between(0, 30))
        .as(Step.Connect::new);
  }

  private static Arbitrary<Step> end() {
    Arbitrary<CloseReason> reasons =
        Arbitraries.of(CloseReason.SHUTDOWN, CloseReason.EXPIRED, CloseReason.ENDED_BY_OPERATOR);
    return Combinators.combine(readers(), reasons).as(Step.End::new);
  }

  private static Arbitrary<Step> cut() {
    return Combinators.combine(
            readers(), Arbitraries.integers().between(0, 1_000), Arbitraries.of(true, false))
        .as(Step.Cut::new);
  }
}
