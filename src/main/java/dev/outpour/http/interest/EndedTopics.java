package dev.outpour.http.interest;

import dev.outpour.update.Interest;
import dev.outpour.update.Lineage;
import dev.outpour.update.LogHead;
import dev.outpour.update.Position;
import dev.outpour.update.StartPosition;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import java.util.HashMap;
import java.util.Map;

/**
 * The ends of a group's exact topics, as far as its event loop has seen them.
 *
 * <pre>
 * builds/7   41  ended
 * builds/8   97  goes on: its end has expired, and it is in use again
 * </pre>
 *
 * <p>It answers whether any update can follow a cursor. An end that is not known here only keeps a
 * stream open longer; a topic that is used again after its end is noticed with its next update. For
 * use on one event loop.
 */
public final class EndedTopics {

  private record Newest(Position position, boolean end) {}

  private final Map<Topic, Newest> newest = new HashMap<>();

  /** Notes an update that the group wants. */
  public void note(Interest interest, Update update) {
    if (update.end() || !newest.isEmpty()) {
      for (Topic topic : update.topics()) {
        if (interest.topics().contains(topic)) {
          note(topic, update.position(), update.end());
        }
      }
    }
  }

  /** Notes what the log told a subscriber: topics not named as ended go on. */
  public void note(Interest interest, StartPosition located) {
    if (!located.ended().isEmpty() || !newest.isEmpty()) {
      for (Topic topic : interest.topics()) {
        LogHead head = located.head();
        Long end = located.ended().get(topic);
        note(topic, head.lineage().at(end == null ? head.last() : end), end != null);
      }
    }
  }

  /** Notes a topic's state; what is read of the past does not undo what is known of later. */
  private void note(Topic topic, Position position, boolean end) {
    Newest known = newest.get(topic);
    if (known == null || known.position().sequence() < position.sequence()) {
      newest.put(topic, new Newest(position, end));
    }
  }

  /**
   * Whether all topics had ended when a cursor was passed.
   *
   * @param from ends before this number do not count
   */
  public boolean isBeyond(Interest interest, long cursor, long from) {
    if (newest.isEmpty() || !interest.isExact()) {
      return false;
    }
    for (Topic topic : interest.topics()) {
      Newest known = newest.get(topic);
      if (known == null || !known.end()) {
        return false;
      }
      long end = known.position().sequence();
      if (end > cursor || end < from) {
        return false;
      }
    }
    return true;
  }

  /** Keeps only what belongs to a lineage, once the log was opened anew or replaced. */
  public void keepWhatIsOf(Lineage lineage) {
    newest.values().removeIf(each -> !lineage.includes(each.position()));
  }
}
