package dev.outpour.http.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * The wheel of heartbeats of one event loop: it visits each subscriber at least every {@value
 * #PERIOD_MILLIS} ms, few at a time, since each has a random slot. For use on that loop only.
 */
public final class Heartbeats {

  /** The 15 s that clients may rely on, less what a busy loop may be late. */
  static final int PERIOD_MILLIS = 14_000;

  public static final int TICK_MILLIS = 100;

  private final List<List<Subscriber>> slots = new ArrayList<>();
  private int now;
  private int size;

  Heartbeats() {
    for (int i = 0; i < PERIOD_MILLIS / TICK_MILLIS; i++) {
      slots.add(new ArrayList<>());
    }
  }

  void add(Subscriber subscriber) {
    subscriber.slot = (short) ThreadLocalRandom.current().nextInt(slots.size());
    List<Subscriber> slot = slots.get(subscriber.slot);
    subscriber.slotPlace = slot.size();
    slot.add(subscriber);
    size++;
  }

  void remove(Subscriber subscriber) {
    List<Subscriber> slot = slots.get(subscriber.slot);
    Subscriber last = slot.remove(slot.size() - 1);
    if (last != subscriber) {
      last.slotPlace = subscriber.slotPlace;
      slot.set(subscriber.slotPlace, last);
    }
    size--;
  }

  int size() {
    return size;
  }

  /** Moves on by a slot and visits its subscribers; they may be removed meanwhile. */
  void tick(Consumer<Subscriber> visit) {
    now = (now + 1) % slots.size();
    List.copyOf(slots.get(now)).forEach(visit);
  }

  /** All subscribers, in the order in which the wheel would visit them. */
  List<Subscriber> all() {
    List<Subscriber> all = new ArrayList<>(size);
    slots.forEach(all::addAll);
    return all;
  }
}
