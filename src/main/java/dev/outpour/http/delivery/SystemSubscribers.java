package dev.outpour.http.delivery;

import dev.outpour.http.stream.ControlEvents;
import dev.outpour.http.stream.SystemMessage;
import dev.outpour.loop.TurnBudget;
import dev.outpour.sse.EventEncoder.Form;
import dev.outpour.update.Topic;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The readers of one event loop who read what the hub itself tells, and nothing of the log.
 *
 * <p>A notice is written, in slices, to those of its topic who have taken all that was written
 * before; the others do not get it, neither now nor later, so nothing ever waits for them. Where
 * the next notice of a topic comes before all have been given the last, they get the next alone.
 * For use on that loop only.
 */
public final class SystemSubscribers {

  /** The readers of a topic, and those of them who have been told nothing of it yet. */
  private static final class Audition {
    final Set<Subscriber> all = new LinkedHashSet<>();
    final Set<Subscriber> fresh = new LinkedHashSet<>();
  }

  /** A notice, as it is written, and who has not been given it yet. */
  private record Telling(Buffer plain, Buffer envelope, Queue<Subscriber> left) {}

  private final Vertx vertx;
  private final BiConsumer<Subscriber, Throwable> failed;
  private final Map<Topic, Audition> byTopic = new HashMap<>();
  private final Map<Topic, Telling> tellings = new LinkedHashMap<>();
  private int readers;

  /**
   * Begins with no readers.
   *
   * @param failed has a reader's connection end who cannot be told
   */
  SystemSubscribers(Vertx vertx, BiConsumer<Subscriber, Throwable> failed) {
    this.vertx = vertx;
    this.failed = failed;
  }

  /** Takes a reader in, who is the audience's already. */
  void enter(Subscriber stream) {
    stream.state = Subscriber.State.ASIDE;
    readers++;
    for (Topic topic : stream.group.want().interest().topics()) {
      Audition audition = byTopic.computeIfAbsent(topic, first -> new Audition());
      audition.all.add(stream);
      audition.fresh.add(stream);
    }
    stream.write(ControlEvents.waiting(Optional.empty()));
  }

  /** Lets a reader go who was taken in. */
  void leave(Subscriber stream) {
    readers--;
    for (Topic topic : stream.group.want().interest().topics()) {
      Audition audition = byTopic.get(topic);
      if (audition != null) {
        audition.all.remove(stream);
        audition.fresh.remove(stream);
        if (audition.all.isEmpty()) {
          byTopic.remove(topic);
        }
      }
    }
  }

  public int readers() {
    return readers;
  }

  /** Tells those who read its topic, and have room for it. */
  public void tell(SystemMessage notice) {
    Audition audition = byTopic.get(notice.topic());
    if (audition != null) {
      tell(notice, audition, audition.all);
    }
  }

  /** Tells those of them who have been told nothing of its topic yet. */
  public void tellNew(SystemMessage notice) {
    Audition audition = byTopic.get(notice.topic());
    if (audition != null) {
      tell(notice, audition, audition.fresh);
    }
  }

  private void tell(SystemMessage notice, Audition audition, Collection<Subscriber> whom) {
    if (whom.isEmpty()) {
      return;
    }
    Set<Subscriber> left = new LinkedHashSet<>(whom);
    Telling before = tellings.remove(notice.topic());
    if (before != null) {
      left.addAll(before.left());
    }
    audition.fresh.clear();
    Buffer plain = notice.encoded(Form.PLAIN);
    Buffer envelope = notice.encoded(Form.ENVELOPE);
    tellings.put(notice.topic(), new Telling(plain, envelope, new ArrayDeque<>(left)));
    if (tellings.size() == 1) {
      goOn();
    }
  }

  private void goOn() {
    TurnBudget budget = new TurnBudget();
    while (!tellings.isEmpty()) {
      Map.Entry<Topic, Telling> first = tellings.entrySet().iterator().next();
      Telling telling = first.getValue();
      for (Subscriber stream = telling.left().poll();
          stream != null;
          stream = telling.left().poll()) {
        tell(stream, telling);
        if (budget.isTimeUp()) {
          vertx.runOnContext(turn -> goOn());
          return;
        }
      }
      tellings.remove(first.getKey());
    }
  }

  private void tell(Subscriber stream, Telling telling) {
    if (stream.state != Subscriber.State.ASIDE || stream.isBlocked()) {
      return;
    }
    try {
      boolean isPlain = stream.group.want().form() == Form.PLAIN;
      stream.write(isPlain ? telling.plain() : telling.envelope());
    } catch (Throwable e) {
      failed.accept(stream, e);
    }
  }
}
