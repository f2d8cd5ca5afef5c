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
 * Where the exact topics of a group have ended, as far as its event loop has seen.
 *
 * <pre>
 *   builds/7   41  ended
 *   builds/8   97  goes on: its end has expired, and it is used again
 * </pre>
 *
 * <p>It says of every cursor that a reader of the group comes to whether anything can follow: what
 * is missing here makes a stream stay, and a topic that goes on after an end is seen with the
 * update that it goes on with. For use on one event loop.
 */
public final class EndedTopics {

  private record Newest(Position position, boolean end) {}

  private final Map<Topic, Newest> newest = new HashMap<>();

  /** Takes in an update that the group wants. */
  public void note(Interest interest, Update update) {
    if (update.end() || !newest.isEmpty()) {
      for (Topic topic : update.topics()) {
        if (interest.topics().contains(topic)) {
          note(topic, update.position(), update.end());
        }
      }
    }
  }

  /** Takes in what the log has said to a reader: those not named as ended go on. */
  public void note(Interest interest, StartPosition located) {
    if (!located.ended().isEmpty() || !newest.isEmpty()) {
      for (Topic topic : interest.topics()) {
        LogHead head = located.head();
        Long end = located.ended().get(topic);
        note(topic, head.lineage().at(end == null ? head.last() : end), end != null);
      }
    }
  }

  /** What is read of the past does not undo what is known of later. */
  private void note(Topic topic, Position position, boolean end) {
    Newest known = newest.get(topic);
    if (known == null || known.position().sequence() < position.sequence()) {
      newest.put(topic, new Newest(position, end));
    }
  }

  /**
   * Whether all had ended when a cursor was passed.
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

  /** Keeps what a log has come by that was opened anew, or has taken the place of the other. */
  public void keepWhatIsOf(Lineage lineage) {
    newest.values().removeIf(each -> !lineage.includes(each.position()));
  }
}
