package dev.outpour.http.limit;

import dev.outpour.metrics.CloseReason;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts how much of a limited resource each client holds. Thread-safe.
 *
 * @param <C> identifies a client: an address or a name
 */
public final class ClientQuota<C> {

  /** One unit of the resource, to be released once. */
  public interface Permit {

    /** The permit of a client without a limit. */
    Permit FREE = () -> {};

    /** Returns the unit. */
    void release();

    /** Returns the unit, and says why. */
    default void release(CloseReason reason) {
      release();
    }

    /** Combines two permits into one. */
    static Permit both(Permit one, Permit other) {
      if (one == FREE || other == FREE) {
        return one == FREE ? other : one;
      }
      return () -> {
        one.release();
        other.release();
      };
    }
  }

  /** All permits of one client; the same object stands for each of them. */
  private final class Permits implements Permit {
    private final C client;
    private int count;

    private Permits(C client) {
      this.client = client;
    }

    @Override
    public void release() {
      permits.computeIfPresent(client, (key, own) -> --own.count == 0 ? null : own);
    }
  }

  private final int max;
  private final ConcurrentMap<C, Permits> permits = new ConcurrentHashMap<>();

  /**
   * @param max how many permits a client may hold; 0: unlimited
   */
  ClientQuota(int max) {
    this.max = max;
  }

  /**
   * Acquires a permit.
   *
   * @param client null if the client has no limit
   * @return null if the client holds as many as it may
   */
  @Nullable
  public Permit acquire(@Nullable C client) {
    if (client == null || max == 0) {
      return Permit.FREE;
    }
    boolean[] acquired = {false};
    Permits own =
        permits.compute(
            client,
            (key, old) -> {
              Permits all = old == null ? new Permits(key) : old;
              acquired[0] = all.count < max;
              all.count += acquired[0] ? 1 : 0;
              return all;
            });
    return acquired[0] ? own : null;
  }

  /** How many permits a client may hold. */
  public int max() {
    return max;
  }

  /** How many clients hold a permit. */
  int size() {
    return permits.size();
  }
}
