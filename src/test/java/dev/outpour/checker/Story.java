package dev.outpour.checker;

import dev.outpour.checker.Entry.Kind;
import dev.outpour.checker.Entry.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Journals made by hand: what is told here happened in the order in which it is told. */
final class Story {

  static final String EPOCH = "k3f9QzT1-";
  private static final long STEP_NANOS = 1_000_000;

  private record Moment(Entry entry, long nanos) {}

  private final Map<String, List<Moment>> actors = new LinkedHashMap<>();
  private long now;

  private Story tell(String actor, Entry entry) {
    now += STEP_NANOS;
    actors.computeIfAbsent(actor, name -> new ArrayList<>()).add(new Moment(entry, now));
    return this;
  }

  private static Entry publish(Kind kind, String update) {
    return Entry.of(Operation.PUBLISH, kind).update(update, hash(update));
  }

  private static String hash(String update) {
    return "hash of " + update;
  }

  /** A publisher sends an update; {@code w0-7} is one of {@code w0}. */
  Story sends(String update, String key, String... topics) {
    return tell(writer(update), publish(Kind.INVOKE, update).key(key).topics(List.of(topics)));
  }

  /** A publisher sends a line of a request that has several. */
  Story sendsLine(String update, String request, String topic) {
    return tell(
        writer(update),
        publish(Kind.INVOKE, update).key(update).topics(List.of(topic)).detail(request));
  }

  /** It is acknowledged with an id. */
  Story acknowledged(String update, int number) {
    return tell(writer(update), publish(Kind.OK, update).id(EPOCH + number));
  }

  /** It is acknowledged without an id of its own, as lines are. */
  Story acknowledged(String update) {
    return tell(writer(update), publish(Kind.OK, update));
  }

  /** It is refused. */
  Story refused(String update) {
    return tell(writer(update), publish(Kind.FAIL, update));
  }

  /** Nobody knows what became of it. */
  Story unknown(String update) {
    return tell(writer(update), publish(Kind.INFO, update));
  }

  private static String writer(String update) {
    return update.substring(0, update.indexOf('-'));
  }

  /** A reader connects. */
  Story connects(String reader, String lastId, String... topics) {
    return tell(
        reader, Entry.of(Operation.CONNECT, Kind.INVOKE).topics(List.of(topics)).detail(lastId));
  }

  /** A reader is given a position. */
  Story stands(String reader, int number) {
    return tell(reader, Entry.of(Operation.STAND, Kind.OK).id(EPOCH + number));
  }

  /** A reader is given an update. */
  Story given(String reader, int number, String update) {
    return given(reader, EPOCH + number, update, hash(update));
  }

  /** A reader is given an update. */
  Story given(String reader, String id, String update, String hash) {
    return tell(reader, Entry.of(Operation.READ, Kind.OK).id(id).update(update, hash));
  }

  /** A reader is told that something is gone. */
  Story truncated(String reader, int number) {
    return tell(
        reader,
        Entry.of(Operation.WORD, Kind.OK).id(EPOCH + number).detail("outpour.truncated {}"));
  }

  /** All is well from now on, with the head at a number that readers have to reach. */
  Story settled(int head, String... readers) {
    return tell(
        Journal.WORKLOAD,
        Entry.of(Operation.SETTLE, Kind.INVOKE)
            .id(EPOCH + head)
            .topics(List.of(readers))
            .detail("" + 10 * STEP_NANOS));
  }

  /** More time passes than anyone may take. */
  Story longAfter() {
    now += 100 * STEP_NANOS;
    return this;
  }

  /** At the end the log holds these. */
  Story log(String... updates) {
    return logFrom(1, updates);
  }

  /** At the end the log holds these, from a number on. */
  Story logFrom(int first, String... updates) {
    tell(Journal.LOG, Entry.of(Operation.STAND, Kind.OK).id(EPOCH + (first - 1)));
    int number = first;
    for (String update : updates) {
      logged(EPOCH + number++, update, hash(update));
    }
    return this;
  }

  /** At the end the log holds this too. */
  Story logged(String id, String update, String hash) {
    return tell(Journal.LOG, Entry.of(Operation.LOG, Kind.OK).id(id).update(update, hash));
  }

  /** Writes the journals, and has them judged. */
  Verdict verdict(Path directory) throws IOException {
    Journal journal = new Journal(directory);
    for (Map.Entry<String, List<Moment>> actor : actors.entrySet()) {
      try (Journal.Pen pen = journal.of(actor.getKey())) {
        actor.getValue().forEach(moment -> pen.write(moment.entry(), moment.nanos()));
      }
    }
    return Checker.check(directory);
  }
}
