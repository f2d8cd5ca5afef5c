package dev.outpour.http.interest;

import dev.outpour.update.Topic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who wants a topic by a pattern, for the topics asked for lately, up to a number of bytes.
 *
 * <p>A newcomer is matched against a topic when the topic is asked for again, and those that have
 * gone are skipped: nothing is forgotten because of them. Entries are kept in two halves; when one
 * is full, entries that were not used since the last time are evicted. For use on one event loop.
 */
final class PatternMatchCache<G extends Interested> {

  /** About how many bytes a half may take. */
  private static final int MOST_BYTES = 4 << 20;

  /** About what a topic takes beside its name and its groups. */
  private static final int OVERHEAD = 200;

  private static final int REFERENCE = 8;

  /** Beyond this many patterns of newcomers, the tree is searched instead. */
  private static final int MOST_NEW_PATTERNS = 1_024;

  /** How many may go before entries are purged of them. */
  private static final int MOST_GONE = 256;

  private static final class Match<G> {
    final List<G> groups;

    /** Up to which newcomer the entry is right. */
    long newest;

    Match(List<G> groups, long newest) {
      this.groups = groups;
      this.newest = newest;
    }
  }

  private Map<Topic, Match<G>> recent = new HashMap<>();
  private Map<Topic, Match<G>> older = new HashMap<>();
  private int recentBytes;
  private final Deque<G> newcomers = new ArrayDeque<>();
  private int newPatterns;
  private long newest;
  private int present;
  private int gone;

  /** How many with patterns have come so far. */
  long newest() {
    return newest;
  }

  /** Whether anyone has patterns. */
  boolean isNeeded() {
    return present > 0;
  }

  /** Notes that one with patterns has come. */
  void come(G group) {
    newest++;
    present++;
    newcomers.addLast(group);
    newPatterns += patterns(group);
    while (newPatterns > MOST_NEW_PATTERNS && !newcomers.isEmpty()) {
      newPatterns -= patterns(newcomers.removeFirst());
    }
  }

  private static int patterns(Interested group) {
    return group.interest().patterns().size() + group.interest().within().size();
  }

  /** Notes that one with patterns has gone. */
  void go() {
    present--;
    gone++;
    if (gone > MOST_GONE && gone > present) {
      turn();
    }
  }

  /**
   * Who wants a topic by a pattern, among them some that have gone; null if that is not known. To
   * be read at once only.
   */
  @Nullable List<G> of(Topic topic) {
    Match<G> match = recent.get(topic);
    if (match == null) {
      match = older.remove(topic);
      if (match == null) {
        return null;
      }
      match.groups.removeIf(group -> group.isRemoved());
      keep(topic, match);
    }
    if (match.newest == newest || hold(match, topic)) {
      return match.groups;
    }
    Match<G> outdated = recent.remove(topic);
    recentBytes -= outdated == null ? 0 : weight(topic, outdated);
    return null;
  }

  /** Matches newcomers against a topic; false if they are too many. */
  private boolean hold(Match<G> match, Topic topic) {
    if (newest - match.newest > newcomers.size()) {
      return false;
    }
    Iterator<G> late = newcomers.descendingIterator();
    for (; match.newest < newest; match.newest++) {
      G group = late.next();
      if (!group.isRemoved() && group.interest().matchesPattern(topic)) {
        match.groups.add(group);
        recentBytes += REFERENCE;
      }
    }
    return true;
  }

  /**
   * Remembers a result.
   *
   * @param asOf how many had come when the search began
   */
  void put(Topic topic, List<G> groups, long asOf) {
    Match<G> before = recent.remove(topic);
    recentBytes -= before == null ? 0 : weight(topic, before);
    keep(topic, new Match<>(new ArrayList<>(groups), asOf));
  }

  private void keep(Topic topic, Match<G> match) {
    if (recentBytes > MOST_BYTES) {
      turn();
    }
    recent.put(topic, match);
    recentBytes += weight(topic, match);
  }

  private void turn() {
    older = recent;
    recent = new HashMap<>();
    recentBytes = 0;
    gone = 0;
  }

  private static int weight(Topic topic, Match<?> match) {
    return OVERHEAD + topic.name().length() + REFERENCE * match.groups.size();
  }
}
