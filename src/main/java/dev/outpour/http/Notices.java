package dev.outpour.http;

import dev.outpour.http.EventFormat.Form;
import dev.outpour.update.Topic;
import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The readers of one event loop who read what the hub itself tells, and nothing of the log.
 *
 * <p>A notice is written at once to whoever has taken all that was written before; the others do
 * not get it, neither now nor later, so nothing ever waits for them. For use on that loop only.
 */
final class Notices {

  private final Set<EventStream> readers = new LinkedHashSet<>();

  /** Takes a reader in, who is the audience's already. */
  void enter(EventStream stream) {
    stream.state = EventStream.State.ASIDE;
    readers.add(stream);
    stream.write(Words.waiting());
  }

  void leave(EventStream stream) {
    readers.remove(stream);
  }

  int readers() {
    return readers.size();
  }

  /** Of which topics they want to know how many readers there are. */
  Set<Topic> presences() {
    Set<Topic> topics = new HashSet<>();
    for (EventStream stream : readers) {
      for (Topic topic : stream.group.interest().topics()) {
        topic.presenceOf().ifPresent(topics::add);
      }
    }
    return topics;
  }

  /** Tells those who read its topic, and have room for it. */
  void tell(Notice notice) {
    if (readers.isEmpty()) {
      return;
    }
    Buffer plain = EventFormat.notice(notice, Form.PLAIN);
    Buffer envelope = EventFormat.notice(notice, Form.ENVELOPE);
    for (EventStream stream : List.copyOf(readers)) {
      Group.Want want = stream.group.want();
      if (!stream.isBlocked() && want.interest().matches(notice.topic())) {
        stream.write(want.form() == Form.PLAIN ? plain : envelope);
      }
    }
  }
}
