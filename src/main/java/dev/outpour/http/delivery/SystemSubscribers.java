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
 * The subscribers of one event loop to the hub's own topics.
 *
 * <p>A message is written, in slices, to the subscribers of its topic that have taken all that was
 * written before. The others never get it, so nothing waits for them. If the next message of a
 * topic comes before all have got the last, they get the next alone. For use on that loop only.
 */
public final class SystemSubscribers {

  /** The subscribers of a topic, and those that have been told nothing of it yet. */
  private static final class Audience {
    final Set<Subscriber> all = new LinkedHashSet<>();
    final Set<Subscriber> fresh = new LinkedHashSet<>();
  }

  /** A message in both forms, and who has not been given it yet. */
  private record Pending(Buffer plain, Buffer envelope, Queue<Subscriber> left) {}

  private final Vertx vertx;
  private final BiConsumer<Subscriber, Throwable> failed;
  private final Map<Topic, Audience> byTopic = new HashMap<>();
  private final Map<Topic, Pending> messages = new LinkedHashMap<>();
  private int size;

  /**
   * Begins with no subscribers.
   *
   * @param failed ends the connection of a subscriber that cannot be told
   */
  SystemSubscribers(Vertx vertx, BiConsumer<Subscriber, Throwable> failed) {
    this.vertx = vertx;
    this.failed = failed;
  }

  /** Takes in a subscriber. */
  void enter(Subscriber subscriber) {
    subscriber.state = Subscriber.State.ASIDE;
    size++;
    for (Topic topic : subscriber.group.want().interest().topics()) {
      Audience audience = byTopic.computeIfAbsent(topic, first -> new Audience());
      audience.all.add(subscriber);
      audience.fresh.add(subscriber);
    }
    subscriber.write(ControlEvents.waiting(Optional.empty()));
  }

  /** Lets a subscriber go. */
  void leave(Subscriber subscriber) {
    size--;
    for (Topic topic : subscriber.group.want().interest().topics()) {
      Audience audience = byTopic.get(topic);
      if (audience != null) {
        audience.all.remove(subscriber);
        audience.fresh.remove(subscriber);
        if (audience.all.isEmpty()) {
          byTopic.remove(topic);
        }
      }
    }
  }

  public int size() {
    return size;
  }

  /** Tells the subscribers of its topic that have room for it. */
  public void tell(SystemMessage notice) {
    Audience audience = byTopic.get(notice.topic());
    if (audience != null) {
      tell(notice, audience, audience.all);
    }
  }

  /** Tells those that have been told nothing of its topic yet. */
  public void tellNew(SystemMessage notice) {
    Audience audience = byTopic.get(notice.topic());
    if (audience != null) {
      tell(notice, audience, audience.fresh);
    }
  }

  private void tell(SystemMessage notice, Audience audience, Collection<Subscriber> whom) {
    if (whom.isEmpty()) {
      return;
    }
    Set<Subscriber> left = new LinkedHashSet<>(whom);
    Pending before = messages.remove(notice.topic());
    if (before != null) {
      left.addAll(before.left());
    }
    audience.fresh.clear();
    Buffer plain = notice.encoded(Form.PLAIN);
    Buffer envelope = notice.encoded(Form.ENVELOPE);
    messages.put(notice.topic(), new Pending(plain, envelope, new ArrayDeque<>(left)));
    if (messages.size() == 1) {
      goOn();
    }
  }

  private void goOn() {
    TurnBudget budget = new TurnBudget();
    while (!messages.isEmpty()) {
      Map.Entry<Topic, Pending> first = messages.entrySet().iterator().next();
      Pending pending = first.getValue();
      for (Subscriber subscriber = pending.left().poll();
          subscriber != null;
          subscriber = pending.left().poll()) {
        tell(subscriber, pending);
        if (budget.isTimeUp()) {
          vertx.runOnContext(turn -> goOn());
          return;
        }
      }
      messages.remove(first.getKey());
    }
  }

  private void tell(Subscriber subscriber, Pending pending) {
    if (subscriber.state != Subscriber.State.ASIDE || subscriber.isBlocked()) {
      return;
    }
    try {
      boolean isPlain = subscriber.group.want().form() == Form.PLAIN;
      subscriber.write(isPlain ? pending.plain() : pending.envelope());
    } catch (Throwable e) {
      failed.accept(subscriber, e);
    }
  }
}
