package dev.outpour.http;

import dev.outpour.update.Interest;
import dev.outpour.update.Position;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** The simplest log: a list. It is the model of what subscribers receive. */
public final class PlainLog {

  public record Entry(Position position, List<Topic> topics, String data) {}

  private record Epoch(String name, long first) {}

  /**
   * What a subscriber is told first.
   *
   * @param line the log
   * @param cursor the number after which the stream begins
   * @param asked the position that the subscriber sent, if it is truncated or resumed
   * @param reason why updates are lost; null if none are
   * @param earliest the earliest retained number
   * @param last the newest number
   */
  public record First(
      Line line, long cursor, Position asked, String reason, Position earliest, long last) {

    @Override
    public String toString() {
      return (reason == null ? "" : reason + " " + asked + ", earliest " + earliest + ", ")
          + "from "
          + line.at(cursor)
          + " with the log at "
          + last;
    }
  }

  /** A log, until it is replaced by another log or by an older copy. */
  public static final class Line {
    private final List<Epoch> epochs = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Entry> keys = new HashMap<>();
    private long earliest = 1;

    /** The earliest number when the log was opened: updates before it may be of any topic. */
    private long opened = 1;

    private Line next;

    /** The log that replaced this one; null while it is in use. */
    public Line next() {
      return next;
    }

    public Line copy() {
      Line copy = new Line();
      copy.epochs.addAll(epochs);
      copy.entries.addAll(entries);
      copy.keys.putAll(keys);
      copy.earliest = earliest;
      return copy;
    }

    public long last() {
      return entries.size();
    }

    public long earliest() {
      return earliest;
    }

    /** The entry with a number; null if there is none. */
    public Entry get(long number) {
      return number < 1 || number > last() ? null : entries.get((int) number - 1);
    }

    public Position at(long number) {
      Epoch epoch = epochs.get(number == 0 ? 0 : epochs.size() - 1);
      Entry entry = get(number);
      return entry == null ? new Position(epoch.name(), number) : entry.position();
    }

    /** Whether a position has been in this log. */
    public boolean has(Position position) {
      long number = position.sequence();
      return number <= last() && at(number).equals(position);
    }

    /** Whether an update is or was the earliest retained one. */
    public boolean beganWith(Position position) {
      return position.sequence() <= earliest && has(position);
    }

    /** Whether a subscriber has, or may have, lost updates that were removed. */
    public boolean hasLost(long after, Interest interest) {
      return after < earliest - 1
          && (!interest.isExact()
              || after < opened - 1
              || nextWanted(after, earliest - 1, interest) > 0);
    }

    /** The first number in a range that matches; 0 if none does. */
    public long nextWanted(long after, long upTo, Interest interest) {
      return LongStream.rangeClosed(after + 1, Math.min(upTo, last()))
          .filter(number -> interest.matches(get(number).topics()))
          .findFirst()
          .orElse(0);
    }
  }

  private final int keepUpdates;
  private Line line = new Line();

  public PlainLog(int keepUpdates) {
    this.keepUpdates = keepUpdates;
  }

  public Line line() {
    return line;
  }

  /** Continues with another log, or with a copy. */
  public void replace(Line other) {
    line.next = other;
    line = other;
  }

  public void open(String epoch) {
    line.epochs.add(new Epoch(epoch, line.last() + 1));
    line.opened = line.earliest;
  }

  /** The position of a key; null if there is none. */
  Entry keyed(String key) {
    return line.keys.get(key);
  }

  /** Appends an entry; the caller trims the log at the end of the batch. */
  Entry append(String key, List<Topic> topics, String data) {
    Entry entry = new Entry(line.at(line.last() + 1), topics, data);
    line.entries.add(entry);
    if (key != null) {
      line.keys.put(key, entry);
    }
    return entry;
  }

  void trim() {
    line.earliest = Math.max(line.earliest, line.last() - keepUpdates + 1);
  }

  /** Where a new stream begins, by the contract. */
  public First begin(Start start, Interest interest) {
    if (start instanceof Start.After after) {
      return after(after.position(), interest);
    }
    if (start instanceof Start.Unreadable) {
      return first(line.last(), null, "unknown");
    }
    if (start instanceof Start.Now) {
      return first(line.last(), null, null);
    }
    int wanted = start instanceof Start.Newest newest ? newest.count() : Integer.MAX_VALUE;
    long cursor = line.last();
    for (long n = line.last(); n >= line.earliest && wanted > 0; n--) {
      cursor = n - 1;
      wanted -= interest.matches(line.get(n).topics()) ? 1 : 0;
    }
    return first(wanted > 0 ? line.earliest - 1 : cursor, null, null);
  }

  private First after(Position asked, Interest interest) {
    int known = -1;
    for (int i = 0; i < line.epochs.size(); i++) {
      known = line.epochs.get(i).name().equals(asked.epoch()) ? i : known;
    }
    if (known < 0) {
      return first(line.last(), asked, "unknown");
    }
    boolean current = known == line.epochs.size() - 1;
    if (!current && asked.sequence() >= line.epochs.get(known + 1).first()) {
      long end = line.epochs.get(known + 1).first() - 1;
      return first(Math.max(end, line.earliest - 1), asked, "rolled-back");
    }
    if (asked.sequence() > line.last()) {
      return first(line.last(), asked, "future");
    }
    return line.hasLost(asked.sequence(), interest)
        ? first(line.earliest - 1, asked, "expired")
        : first(asked.sequence(), asked, null);
  }

  private First first(long cursor, Position asked, String reason) {
    return new First(line, cursor, asked, reason, line.at(line.earliest), line.last());
  }
}
