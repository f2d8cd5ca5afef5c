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
 * Which groups want a topic by a pattern, of the topics that were looked for lately, up to a bound
 * in bytes.
 *
 * <p>Those who come are held against a topic when it is asked for again, and those who go are
 * passed over: nothing is forgotten because of them. What is known is kept in two halves; when one
 * is full, what was not asked for since the one before was is let go. For use on one event loop.
 */
final class PatternMatchCache<G extends Interested> {

  /** About how many bytes a half may take. */
  private static final int MOST_BYTES = 4 << 20;

  /** About what a topic takes beside its name and its groups. */
  private static final int OVERHEAD = 200;

  private static final int REFERENCE = 8;

  /** Those who come with more patterns than these together are looked for in the tree. */
  private static final int MOST_NEW_PATTERNS = 1_024;

  /** So many may go, in any case, until those who have gone are let go of. */
  private static final int MOST_GONE = 256;

  private static final class Match<G> {
    final List<G> groups;

    /** Up to which newcomer it is right. */
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

  /** How many groups with patterns have come so far. */
  long newest() {
    return newest;
  }

  /** Whether there is a group with patterns. */
  boolean isNeeded() {
    return present > 0;
  }

  /** Takes in that a group with patterns has come. */
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

  /** Takes in that a group with patterns has gone. */
  void go() {
    present--;
    gone++;
    if (gone > MOST_GONE && gone > present) {
      turn();
    }
  }

  /**
   * The groups that want a topic by a pattern, and some that have gone; null if it has to be looked
   * for. To be read at once only.
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

  /** Holds those who have come since against a topic; false if they are too many. */
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
   * Remembers what was found for a topic.
   *
   * @param asOf how many groups had come when the search began
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
