package dev.outpour.http.limit;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Derives the maximum number of connections from the file descriptors of the process. Some
 * descriptors are kept for other files, and some for connections that are only told that the hub is
 * full.
 *
 * @param max how many descriptors the process may open
 * @param open how many it has open
 * @param loops the number of event loops; each opens some descriptors of its own
 */
record FileDescriptors(long max, long open, int loops) {

  /** How many connections over the limit may be open while they are told so, at least. */
  static final int FAREWELLS = 16;

  /** One connection over the limit for this many below it. */
  static final int FAREWELL_PART = 32;

  private static final Logger log = LoggerFactory.getLogger(FileDescriptors.class);

  private static final int MAX_CONNECTIONS = 1_000_000;

  /** For the web pages, the log and files that are open only briefly. */
  private static final int OTHERS = 32;

  private static final int PER_LOOP = 4;

  /** One descriptor in 16 is kept for other nodes and for what nobody foresaw. */
  private static final int PART = 16;

  /** Below this number of connections, the log says what limits them. */
  private static final int FEW = 1_000;

  static FileDescriptors now() {
    int loops = 2 * Runtime.getRuntime().availableProcessors();
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? new FileDescriptors(
            system.getMaxFileDescriptorCount(), system.getOpenFileDescriptorCount(), loops)
        : new FileDescriptors(Integer.MAX_VALUE, 0, loops);
  }

  /** How many connections the descriptors allow; at least one. */
  int allowed() {
    long free = max - open - Math.max(OTHERS + (long) PER_LOOP * loops, max / PART);
    long served = (free - FAREWELLS) * FAREWELL_PART / (FAREWELL_PART + 1);
    return (int) Math.max(1, Math.min(MAX_CONNECTIONS, served));
  }

  /**
   * The maximum number of connections; logs it if it is low.
   *
   * @param configured the configured maximum; 0: as many as the descriptors allow
   */
  int connections(int configured) {
    int allowed = allowed();
    if (configured > allowed) {
      log.warn(
          "limits.connections is {}, but at most {} connections are accepted, since the process may"
              + " open {} files: raise that limit (ulimit -n, LimitNOFILE)",
          configured,
          allowed,
          max);
    } else if (configured == 0 && allowed < FEW) {
      log.warn(
          "At most {} connections are accepted, since the process may open {} files: raise that"
              + " limit for more (ulimit -n, LimitNOFILE)",
          allowed,
          max);
    }
    return configured == 0 ? allowed : Math.min(configured, allowed);
  }
}
