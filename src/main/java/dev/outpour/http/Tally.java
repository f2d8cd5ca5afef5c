package dev.outpour.http;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Counts what each address has of something that is limited. For use by all threads. */
final class Tally {

  /** One of what an address may have, to be given back. */
  interface Seat {

    /** What is not counted. */
    Seat FREE = () -> {};

    /** Gives it back, once. */
    void leave();
  }

  /** All seats of one address; the same object is each of them. */
  private final class Seats implements Seat {
    private final Network address;
    private int taken;

    private Seats(Network address) {
      this.address = address;
    }

    @Override
    public void leave() {
      seats.computeIfPresent(address, (key, mine) -> --mine.taken == 0 ? null : mine);
    }
  }

  private final int most;
  private final ConcurrentMap<Network, Seats> seats = new ConcurrentHashMap<>();

  /**
   * @param most how many an address may have; 0: any number
   */
  Tally(int most) {
    this.most = most;
  }

  /**
   * Takes one.
   *
   * @param address null if it does not count
   * @return null if the address has all it may have
   */
  @Nullable Seat take(@Nullable Network address) {
    if (address == null || most == 0) {
      return Seat.FREE;
    }
    boolean[] got = {false};
    Seats mine =
        seats.compute(
            address,
            (key, old) -> {
              Seats all = old == null ? new Seats(key) : old;
              got[0] = all.taken < most;
              all.taken += got[0] ? 1 : 0;
              return all;
            });
    return got[0] ? mine : null;
  }

  /** How many addresses have anything. */
  int size() {
    return seats.size();
  }
}
