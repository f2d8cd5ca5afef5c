package dev.outpour.http.delivery;

import dev.outpour.SseParser.Block;
import dev.outpour.http.PlainLog;
import dev.outpour.http.PlainLog.Entry;
import dev.outpour.http.PlainLog.First;
import dev.outpour.http.PlainLog.Line;
import dev.outpour.update.Interest;
import dev.outpour.update.Position;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Holds the blocks of one connection to the plain log: every match once and in order, no id beyond
 * what was written before it, and nothing told but what is so.
 */
final class StreamCheck {

  private final PlainLog log;
  private final Interest interest;
  private final List<First> candidates = new ArrayList<>();
  private Line line;
  private long covered = -1;
  private List<Optional<JsonObject>> resumed = List.of(Optional.empty());
  private int blocks;
  private boolean closed;
  private Block asked;

  StreamCheck(PlainLog log, Interest interest) {
    this.log = log;
    this.interest = interest;
  }

  /** Where it may begin, as the log stands now or as it stood while the reader waited. */
  void mayBegin(First first) {
    candidates.add(first);
  }

  boolean hasBegun() {
    return covered >= 0;
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether it stands where the log in use has all it wants behind it. */
  boolean hasAll() {
    return hasBegun()
        && continuesIn(log.line())
        && log.line().nextWanted(covered, log.line().last(), interest) == 0;
  }

  /**
   * Takes the next block. The first may repeat what the reader came with, since its place is not
   * known yet, or say that it begins just there; what comes after it tells.
   */
  void next(Block block) {
    if (blocks == 0 && block.isPosition() && isAsked(block)) {
      require(block.retry() != null, "no retry", block);
      blocks++;
      asked = block;
    } else if (asked == null || block.id() == null && block.data() == null) {
      take(block);
    } else {
      Block first = asked;
      asked = null;
      afterAsked(first, block);
    }
  }

  /** It has begun, whatever was to be read from the first block. */
  void hasSettled() {
    if (asked != null) {
      begin(asked, Position.parse(asked.id()).orElseThrow());
      asked = null;
    }
  }

  private boolean isAsked(Block block) {
    return candidates.stream()
        .anyMatch(each -> block.id().equals(Objects.toString(each.asked(), null)));
  }

  private void afterAsked(Block first, Block block) {
    if (block.isPosition() && block.id().equals(first.id())) {
      take(block);
      resumed = Stream.concat(resumed.stream(), Stream.of(Optional.<JsonObject>empty())).toList();
      return;
    }
    try {
      begin(first, Position.parse(first.id()).orElseThrow());
      take(block);
    } catch (AssertionError e) {
      covered = -1;
      line = null;
      closed = false;
      resumed = List.of(Optional.empty());
      take(block);
    }
  }

  private void take(Block block) {
    require(!closed, "it goes on after its end", block);
    boolean first = blocks++ == 0;
    require(
        isClosing(block) || first == (block.retry() != null), "no retry, or one too many", block);
    if (isClosing(block)) {
      require(block.retry() != null, "closed without a retry", block);
      closing(block);
    } else if (block.event() != null && block.event().equals("outpour.resumed")) {
      require(hasBegun(), "resumed before it has begun", block);
      require(line.at(covered).toString().equals(block.id()), "another position", block);
      resumes(Optional.of(new JsonObject(block.data())), block);
    } else {
      resumes(Optional.empty(), block);
      if (block.event() != null && block.event().equals("outpour.truncated")) {
        truncated(block);
      } else {
        ordinary(block);
      }
    }
  }

  /** Holds it to be told what it resumes once it has begun, and only then. */
  private void resumes(Optional<JsonObject> told, Block block) {
    require(resumed.contains(told), "it resumes " + resumed, block);
    resumed = List.of(Optional.empty());
  }

  /** Before it has begun it repeats what the reader came with, if that is a position. */
  private void closing(Block block) {
    closed = true;
    if (hasBegun()) {
      require(block.id() != null, "no id", block);
      position(block, Position.parse(block.id()).orElseThrow());
    } else {
      require(
          candidates.isEmpty()
              || candidates.stream()
                  .anyMatch(
                      each -> Objects.equals(block.id(), Objects.toString(each.asked(), null))),
          "another position than asked",
          block);
    }
  }

  private static boolean isClosing(Block block) {
    return "outpour.closing".equals(block.event());
  }

  private void ordinary(Block block) {
    if (block.id() == null) {
      require(block.data() == null, "an event without an id", block);
      return;
    }
    Position position = Position.parse(block.id()).orElseThrow();
    if (block.isPosition() && !hasBegun()) {
      begin(block, position);
      return;
    }
    require(hasBegun(), "an event before it has begun", block);
    position(block, position);
  }

  private void position(Block block, Position position) {
    boolean isUpdate = !block.isPosition() && !isClosing(block);
    long number = position.sequence();
    require(number > covered || (number == covered && !isUpdate), "it falls", block);
    moveTo(number, position, block);
    long missing = line.nextWanted(covered, isUpdate ? number - 1 : number, interest);
    require(missing == 0, "it lacks " + missing, block);
    if (isUpdate) {
      Entry entry = line.get(number);
      require(interest.matches(entry.topics()), "not what it wants", block);
      require(entry.data().equals(block.data()), "other data", block);
    }
    covered = number;
  }

  /** Holds a position to be one of the log, after what was before. */
  private void moveTo(long number, Position position, Block block) {
    goOver(each -> each.has(position));
    require(number <= line.last(), "not in the log", block);
    require(line.at(number).equals(position), "it is " + line.at(number), block);
  }

  /**
   * Where the log was replaced, what is said is of the old line, since it was said before or the
   * loop has not heard of it, or of a newer one that has what was before it.
   */
  private void goOver(Predicate<Line> isOf) {
    for (Line each = line; each != null; each = each.next()) {
      if (continuesIn(each) && isOf.test(each)) {
        line = each;
        return;
      }
    }
  }

  private boolean continuesIn(Line other) {
    return line == other || other.has(line.at(covered));
  }

  private void begin(Block block, Position position) {
    List<First> places =
        candidates.stream()
            .filter(each -> each.reason() == null)
            .filter(each -> each.line().at(each.cursor()).equals(position))
            .toList();
    require(!places.isEmpty(), "it begins elsewhere: " + candidates, block);
    begin(places.get(0));
    resumed = places.stream().map(StreamCheck::resumed).toList();
  }

  private void begin(First first) {
    line = first.line();
    covered = first.cursor();
  }

  private static Optional<JsonObject> resumed(First first) {
    long missed = first.last() - first.cursor();
    return first.asked() == null || missed == 0
        ? Optional.empty()
        : Optional.of(new JsonObject().put("from", first.asked().toString()).put("missed", missed));
  }

  private void truncated(Block block) {
    JsonObject told = new JsonObject(block.data());
    if (!hasBegun()) {
      First first =
          candidates.stream()
              .filter(each -> each.reason() != null && told.equals(words(each)))
              .filter(each -> each.line().at(each.cursor()).toString().equals(block.id()))
              .findFirst()
              .orElse(null);
      require(first != null, "it is " + candidates, block);
      begin(first);
      return;
    }
    Position asked = Position.parse(told.getString("asked")).orElseThrow();
    Position earliest = Position.parse(told.getString("earliest")).orElseThrow();
    require(told.getString("reason").equals("expired"), "the reason", block);
    moveTo(asked.sequence(), asked, block);
    require(asked.sequence() >= covered, "it was further", block);
    require(line.nextWanted(covered, asked.sequence(), interest) == 0, "more is lost", block);
    covered = asked.sequence();
    goOver(each -> each.beganWith(earliest));
    long from = earliest.sequence();
    require(from > covered + 1 && line.beganWith(earliest), "nothing is removed", block);
    require(line.hasLost(covered, interest), "nothing is lost", block);
    require(line.at(from - 1).toString().equals(block.id()), "the new position", block);
    covered = from - 1;
  }

  private static JsonObject words(First first) {
    return new JsonObject()
        .put("asked", Objects.toString(first.asked(), null))
        .put("earliest", first.earliest().toString())
        .put("reason", first.reason());
  }

  private void require(boolean holds, String otherwise, Block block) {
    if (!holds) {
      throw new AssertionError(
          otherwise
              + " ("
              + shortened(block)
              + ", after "
              + covered
              + ", wants "
              + interest
              + ", the log is at "
              + log.line().at(log.line().last())
              + ")");
    }
  }

  private static String shortened(Block block) {
    String text = block.toString();
    return text.length() > 300 ? text.substring(0, 300) + "…" : text;
  }
}
