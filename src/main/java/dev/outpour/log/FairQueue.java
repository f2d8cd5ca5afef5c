package dev.outpour.log;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded queue of work that is fair among askers: a few turns are open at once, and each asker
 * begins one before any begins a second.
 *
 * <p>It may be used from any thread. A turn begins on the thread that submits it, or on the one
 * that ends another.
 *
 * @param <K> what tells askers apart
 */
public final class FairQueue<K> {

  /** Work that begins when its turn comes, and tells with {@link #ended} that it is done. */
  @FunctionalInterface
  public interface Turn {
    /** Begins. If it throws, it is done and must not tell so. */
    void begin();
  }

  private static final Logger log = LoggerFactory.getLogger(FairQueue.class);

  private final int mostUnderWay;
  private final int mostWaiting;
  private final int mostOfOne;

  /** The next to begin is one of the first asker, who then goes to the end. */
  private final Map<K, Set<Turn>> waiting = new LinkedHashMap<>();

  private int waits;

  /** Whether a turn begins at this moment; who begins it begins the next ones as well. */
  private boolean beginning;

  private int underWay;

  /**
   * Begins with nothing to do.
   *
   * @param mostUnderWay how many are under way at once
   * @param mostWaiting how many wait at most
   * @param mostOfOne how many of one asker wait at most
   */
  public FairQueue(int mostUnderWay, int mostWaiting, int mostOfOne) {
    this.mostUnderWay = mostUnderWay;
    this.mostWaiting = mostWaiting;
    this.mostOfOne = mostOfOne;
  }

  /** Takes a turn in, which begins now or later; false if too many wait already. */
  public boolean submit(K asker, Turn turn) {
    synchronized (this) {
      Set<Turn> own = waiting.get(asker);
      if (underWay >= mostUnderWay
          && (waits >= mostWaiting || (own != null && own.size() >= mostOfOne))) {
        return false;
      }
      waiting.computeIfAbsent(asker, first -> new LinkedHashSet<>()).add(turn);
      waits++;
    }
    beginNext();
    return true;
  }

  /** Takes a turn back; false if it does not wait: it has begun, or was never taken in. */
  public synchronized boolean withdraw(K asker, Turn turn) {
    Set<Turn> own = waiting.get(asker);
    if (own == null || !own.remove(turn)) {
      return false;
    }
    waits--;
    if (own.isEmpty()) {
      waiting.remove(asker);
    }
    return true;
  }

  /** Takes in that a turn that had begun is done. */
  public void ended() {
    synchronized (this) {
      underWay--;
    }
    beginNext();
  }

  /** How many wait. */
  public synchronized int waiting() {
    return waits;
  }

  /** A turn that ends at once comes back here: it is not begun within another, but after it. */
  private void beginNext() {
    for (Turn next = due(); next != null; next = due()) {
      boolean begun = false;
      try {
        next.begin();
        begun = true;
      } catch (Throwable e) {
        // Whoever submits or ends another turn has no part in it.
        log.error("A turn could not begin, and the next one does", e);
      } finally {
        synchronized (this) {
          beginning = false;
          underWay -= begun ? 0 : 1;
        }
      }
    }
  }

  private synchronized @Nullable Turn due() {
    Turn next = beginning ? null : next();
    beginning = next != null || beginning;
    return next;
  }

  private @Nullable Turn next() {
    if (underWay >= mostUnderWay || waits == 0) {
      return null;
    }
    Map.Entry<K, Set<Turn>> first = waiting.entrySet().iterator().next();
    waiting.remove(first.getKey());
    Set<Turn> own = first.getValue();
    Turn next = own.iterator().next();
    own.remove(next);
    if (!own.isEmpty()) {
      waiting.put(first.getKey(), own);
    }
    waits--;
    underWay++;
    return next;
  }
}
