package dev.outpour.update;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A simple model of a log: which epoch assigned each number. It can be reopened, copied, replaced
 * by its copy, and trimmed, and remembers every position that it assigned.
 */
final class LogModel {

  private record Copy(List<Lineage.Epoch> epochs, List<String> given, long earliest) {}

  private final Set<Position> everGiven = new HashSet<>();
  private List<Lineage.Epoch> epochs = new ArrayList<>();
  private List<String> given = new ArrayList<>();
  private long earliest = 1;
  private int openings;
  private Copy copy = new Copy(List.of(), List.of(), 1);

  LogModel() {
    open();
    backUp();
  }

  long last() {
    return given.size();
  }

  Set<Position> everGiven() {
    return everGiven;
  }

  LogHead head() {
    return new LogHead("log", new Lineage(epochs), earliest, last());
  }

  void open() {
    epochs.add(new Lineage.Epoch("epoch%04d".formatted(++openings), last() + 1));
  }

  void append(int count) {
    for (int i = 0; i < count; i++) {
      String epoch = epochs.get(epochs.size() - 1).name();
      given.add(epoch);
      everGiven.add(new Position(epoch, last()));
    }
  }

  void trim(int count) {
    earliest = Math.min(earliest + count, last() + 1);
  }

  void backUp() {
    copy = new Copy(List.copyOf(epochs), List.copyOf(given), earliest);
  }

  void restore() {
    epochs = new ArrayList<>(copy.epochs());
    given = new ArrayList<>(copy.given());
    earliest = copy.earliest();
    open();
  }

  /** The truncation of a subscriber that resumes at an assigned position. */
  StartPosition expected(Position asked) {
    long number = asked.sequence();
    if (number <= last() && given.get((int) number - 1).equals(asked.epoch())) {
      return number >= earliest - 1
          ? new StartPosition(number, head(), Optional.empty())
          : lost(earliest - 1, asked, Truncation.Reason.EXPIRED);
    }
    Optional<Lineage.Epoch> epoch =
        epochs.stream().filter(each -> each.name().equals(asked.epoch())).findFirst();
    if (epoch.isEmpty()) {
      return lost(last(), asked, Truncation.Reason.UNKNOWN);
    }
    int lastOfEpoch = given.lastIndexOf(asked.epoch()) + 1;
    long end = lastOfEpoch == 0 ? epoch.get().first() - 1 : lastOfEpoch;
    return lost(Math.max(end, earliest - 1), asked, Truncation.Reason.ROLLED_BACK);
  }

  private StartPosition lost(long cursor, Position asked, Truncation.Reason reason) {
    return StartPosition.truncated(cursor, head(), reason, Optional.of(asked));
  }
}
