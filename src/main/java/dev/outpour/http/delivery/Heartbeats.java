package dev.outpour.http.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * The wheel of one event loop: it comes by every reader at least every {@value #PERIOD_MILLIS} ms,
 * and by few at a time, since each has a slot of its own choosing. For use on that loop only.
 */
public final class Heartbeats {

  /** Below the 15 s that readers may rely on, by what a busy loop may be late. */
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

  void add(Subscriber stream) {
    stream.slot = (short) ThreadLocalRandom.current().nextInt(slots.size());
    List<Subscriber> slot = slots.get(stream.slot);
    stream.slotPlace = slot.size();
    slot.add(stream);
    size++;
  }

  void remove(Subscriber stream) {
    List<Subscriber> slot = slots.get(stream.slot);
    Subscriber last = slot.remove(slot.size() - 1);
    if (last != stream) {
      last.slotPlace = stream.slotPlace;
      slot.set(stream.slotPlace, last);
    }
    size--;
  }

  int size() {
    return size;
  }

  /** Moves on by a slot and comes by its readers; they may be removed meanwhile. */
  void tick(Consumer<Subscriber> visit) {
    now = (now + 1) % slots.size();
    List.copyOf(slots.get(now)).forEach(visit);
  }

  /** All readers, in the order in which the wheel would come by. */
  List<Subscriber> all() {
    List<Subscriber> all = new ArrayList<>(size);
    slots.forEach(all::addAll);
    return all;
  }
}
