package dev.outpour.http.limit;

import dev.outpour.metrics.CloseReason;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts what each client has of something that is limited. For use by all threads.
 *
 * @param <C> what counts as one client, an address or a name
 */
public final class ClientQuota<C> {

  /** One of what a client may have, to be given back. */
  public interface Seat {

    /** What is not counted. */
    Seat FREE = () -> {};

    /** Gives it back, once. */
    void leave();

    /** Gives it back, once, and says why. */
    default void leave(CloseReason reason) {
      leave();
    }

    /** Two that are given back together. */
    static Seat both(Seat one, Seat other) {
      if (one == FREE || other == FREE) {
        return one == FREE ? other : one;
      }
      return () -> {
        one.leave();
        other.leave();
      };
    }
  }

  /** All seats of one client; the same object is each of them. */
  private final class Seats implements Seat {
    private final C client;
    private int taken;

    private Seats(C client) {
      this.client = client;
    }

    @Override
    public void leave() {
      seats.computeIfPresent(client, (key, mine) -> --mine.taken == 0 ? null : mine);
    }
  }

  private final int most;
  private final ConcurrentMap<C, Seats> seats = new ConcurrentHashMap<>();

  /**
   * @param most how many a client may have; 0: any number
   */
  ClientQuota(int most) {
    this.most = most;
  }

  /**
   * Takes one.
   *
   * @param client null if it does not count
   * @return null if the client has all it may have
   */
  @Nullable
  public Seat take(@Nullable C client) {
    if (client == null || most == 0) {
      return Seat.FREE;
    }
    boolean[] got = {false};
    Seats mine =
        seats.compute(
            client,
            (key, old) -> {
              Seats all = old == null ? new Seats(key) : old;
              got[0] = all.taken < most;
              all.taken += got[0] ? 1 : 0;
              return all;
            });
    return got[0] ? mine : null;
  }

  /** How many a client may have. */
  public int most() {
    return most;
  }

  /** How many clients have anything. */
  int size() {
    return seats.size();
  }
}
