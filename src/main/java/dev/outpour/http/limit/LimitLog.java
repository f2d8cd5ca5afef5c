package dev.outpour.http.limit;

import dev.outpour.logging.EscapedText;
import dev.outpour.metrics.Limit;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the clients that limits reject: at most one line for each limit and minute, with the number,
 * one example and what to change. Thread-safe.
 */
public final class LimitLog {

  private static final Logger log = LoggerFactory.getLogger(LimitLog.class);

  private static final long PAUSE_MILLIS = TimeUnit.MINUTES.toMillis(1);

  /** What one limit rejected since the last line about it. */
  private static final class Rejected {
    private int count;
    private int max;
    private String example = "";
    private long nextMillis;

    private Rejected(long nowMillis) {
      this.nextMillis = nowMillis;
    }
  }

  private final LongSupplier nowMillis;
  private final Map<Limit, Rejected> rejected = new EnumMap<>(Limit.class);

  /**
   * @param nowMillis a clock that never goes back
   */
  LimitLog(LongSupplier nowMillis) {
    this.nowMillis = nowMillis;
  }

  /**
   * Notes a client that was rejected.
   *
   * @param max the limit
   * @param example the client's address or name
   */
  public synchronized void add(Limit limit, int max, String example) {
    Rejected those = rejected.computeIfAbsent(limit, first -> new Rejected(nowMillis.getAsLong()));
    if (those.count++ == 0) {
      those.max = max;
      those.example = EscapedText.shown(example);
    }
  }

  /** Writes the lines that are due. Call it about once a second. */
  public synchronized void flush() {
    long now = nowMillis.getAsLong();
    rejected.forEach(
        (limit, those) -> {
          if (those.count > 0 && now - those.nextMillis >= 0) {
            log.warn(line(limit, those));
            those.count = 0;
            those.nextMillis = now + PAUSE_MILLIS;
          }
        });
  }

  private static String line(Limit limit, Rejected those) {
    return switch (limit) {
      case STREAMS ->
          rejected(those, "subscriber(s), such as ")
              + "an address may have "
              + those.max
              + " streams. Raise limits.streamsPerAddress, or list the address in limits.proxies if"
              + " it is a proxy";
      case IDENTITY ->
          rejected(those, "subscriber(s), such as ")
              + "a name may have "
              + those.max
              + " streams. Raise limits.streamsPerIdentity";
      case CONNECTIONS ->
          rejected(those, "connection(s), such as one from ")
              + "there may be "
              + those.max
              + ". Raise limits.connections, and the number of files that the process may open"
              + " (ulimit -n)";
      case ADDRESS ->
          "Closed "
              + those.count
              + " connection(s), such as one from "
              + those.example
              + ": an address may have "
              + those.max
              + ". Raise limits.connectionsPerAddress, or list the address in limits.proxies if it"
              + " is a proxy";
      default -> rejected(those, "subscriber(s), such as ") + "the limit is " + limit.word();
    };
  }

  private static String rejected(Rejected those, String what) {
    return "Rejected " + those.count + " " + what + those.example + ": ";
  }
}
