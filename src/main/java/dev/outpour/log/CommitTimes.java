package dev.outpour.log;

/**
 * When the newest updates were accepted, commit by commit, so that those who deliver them can say
 * how long that took. It holds {@value #MOST} commits; of what is older the time is that of the
 * oldest one. It may be used from any thread.
 */
public final class CommitTimes {

  private static final int MOST = 4_096;

  private final long[] ends = new long[MOST];
  private final long[] nanos = new long[MOST];

  /** How many commits there were; the next one's place is this, modulo {@link #MOST}. */
  private long commits;

  /** Hears of deliveries. */
  public interface Listener {

    /** So many updates came so long after they were accepted. */
    void delivered(long nanos, long times);
  }

  /**
   * Takes in a commit.
   *
   * @param to the number of its last update
   * @param accepted when its first one was accepted, by {@link System#nanoTime}
   */
  synchronized void add(long to, long accepted) {
    int place = (int) (commits++ % MOST);
    ends[place] = to;
    nanos[place] = accepted;
  }

  /** Begins with another log. */
  synchronized void clear() {
    commits = 0;
  }

  /**
   * Says how long deliveries took that have ended now. Those of a page made of several commits are
   * divided among these by how many updates each has.
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
