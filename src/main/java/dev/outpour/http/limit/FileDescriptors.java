package dev.outpour.http.limit;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many files the process may open, of which each connection is one, and how many connections
 * that allows: what else the process opens, and what tells clients that there is no room, has its
 * own.
 *
 * @param most how many files it may open
 * @param open how many it has open
 * @param loops how many event loops may open some more
 */
record FileDescriptors(long most, long open, int loops) {

  private static final Logger log = LoggerFactory.getLogger(FileDescriptors.class);

  private static final int MOST_CONNECTIONS = 1_000_000;

  /** For pages, the log, and whatever is open for a moment. */
  private static final int OTHERS = 32;

  private static final int PER_LOOP = 4;

  /** Of many, other nodes and what is not foreseen have a sixteenth. */
  private static final int PART = 16;

  /** For fewer than this it is said how many there can be. */
  private static final int FEW = 1_000;

  static FileDescriptors now() {
    int loops = 2 * Runtime.getRuntime().availableProcessors();
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? new FileDescriptors(
            system.getMaxFileDescriptorCount(), system.getOpenFileDescriptorCount(), loops)
        : new FileDescriptors(Integer.MAX_VALUE, 0, loops);
  }

  /** How many connections may be let in; at least one. */
  int allowed() {
    long free = most - open - Math.max(OTHERS + (long) PER_LOOP * loops, most / PART);
    long served = (free - Limits.FAREWELLS) * Limits.FAREWELL_PART / (Limits.FAREWELL_PART + 1);
    return (int) Math.max(1, Math.min(MOST_CONNECTIONS, served));
  }

  /**
   * How many connections are let in, said in the log if they are few.
   *
   * @param asked how many are asked for; 0 for as many as there can be
   */
  int connections(int asked) {
    int allowed = allowed();
    if (asked > allowed) {
      log.warn(
          "limits.connections is {}, but {} are let in at once, since the process may open {} files:"
              + " raise that (ulimit -n, LimitNOFILE)",
          asked,
          allowed,
          most);
    } else if (asked == 0 && allowed < FEW) {
      log.warn(
          "{} connections are let in at once, since the process may open {} files: raise that for"
              + " more (ulimit -n, LimitNOFILE)",
          allowed,
          most);
    }
    return asked == 0 ? allowed : Math.min(asked, allowed);
  }
}
