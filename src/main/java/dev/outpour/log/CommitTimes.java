package dev.outpour.log;

/**
 * When the newest updates were accepted, commit by commit, so that delivery can measure how long it
 * took.
 */
public final class CommitTimes {

  private static final int MOST = 4_096;

  private final long[] ends = new long[MOST];
  private final long[] nanos = new long[MOST];

  /** How many commits there were; the next one's place is this, modulo {@link #MOST}. */
  private long commits;

  /** Is told how long deliveries took. */
  public interface Listener {

    /**
     * Some deliveries took so long.
     *
     * @param nanos from when the update was accepted
     * @param times how many deliveries
     */
    void delivered(long nanos, long times);
  }

  /**
   * Notes a commit.
   *
   * @param to the number of its last update
   * @param accepted when its first update was accepted, by {@link System#nanoTime}
   */
  synchronized void add(long to, long accepted) {
    int place = (int) (commits++ % MOST);
    ends[place] = to;
    nanos[place] = accepted;
  }

  /** Forgets all, for another log. */
  synchronized void clear() {
    commits = 0;
  }

  /**
   * Tells how long deliveries took that have ended now. Those of a page made of several commits are
   * divided among these by their numbers of updates.
   *
   * @param from the number before the first update delivered
   * @param to the number of the last one
   * @param times how many deliveries there were
   */
  public synchronized void tell(long from, long to, long times, Listener listener) {
    long now = System.nanoTime();
    long told = 0;
    long end = to;
    for (long commit = commits - 1; commit >= Math.max(0, commits - MOST) && end > from; commit--) {
      int place = (int) (commit % MOST);
      long begin = commit == Math.max(0, commits - MOST) ? from : Math.max(from, before(commit));
      if (begin < end && ends[place] >= end) {
        long upToHere = times * (to - begin) / (to - from);
        listener.delivered(now - nanos[place], upToHere - told);
        told = upToHere;
        end = begin;
      }
    }
  }

  private long before(long commit) {
    return ends[(int) ((commit - 1) % MOST)];
  }
}
