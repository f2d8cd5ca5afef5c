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
 * Says in the log whom the limits keep out: a line for each limit and minute at most, with how many
 * there were, one of them, and what to change. For use by all threads.
 */
public final class LimitLog {

  private static final Logger log = LoggerFactory.getLogger(LimitLog.class);

  private static final long PAUSE_MILLIS = TimeUnit.MINUTES.toMillis(1);

  /** Those of a limit since the last line about it. */
  private static final class Struck {
    private int count;
    private int most;
    private String example = "";
    private long nextMillis;

    private Struck(long nowMillis) {
      this.nextMillis = nowMillis;
    }
  }

  private final LongSupplier nowMillis;
  private final Map<Limit, Struck> struck = new EnumMap<>(Limit.class);

  /**
   * @param nowMillis a clock that never falls
   */
  LimitLog(LongSupplier nowMillis) {
    this.nowMillis = nowMillis;
  }

  /**
   * Notes one who was kept out.
   *
   * @param most how many there may be
   * @param example who it was, an address or a name
   */
  public synchronized void add(Limit limit, int most, String example) {
    Struck those = struck.computeIfAbsent(limit, first -> new Struck(nowMillis.getAsLong()));
    if (those.count++ == 0) {
      those.most = most;
      those.example = EscapedText.shown(example);
    }
  }

  /** Says what there is to say; to be called every second or so. */
  public synchronized void look() {
    long now = nowMillis.getAsLong();
    struck.forEach(
        (limit, those) -> {
          if (those.count > 0 && now - those.nextMillis >= 0) {
            log.warn(line(limit, those));
            those.count = 0;
            those.nextMillis = now + PAUSE_MILLIS;
          }
        });
  }

  private static String line(Limit limit, Struck those) {
    return switch (limit) {
      case STREAMS ->
          sentAway(those, "reader(s), such as ")
              + "an address may have "
              + those.most
              + " streams. Raise limits.streamsPerAddress, or list the address in limits.proxies if"
              + " it is a proxy";
      case IDENTITY ->
          sentAway(those, "reader(s), such as ")
              + "a name may have "
              + those.most
              + " streams. Raise limits.streamsPerIdentity";
      case CONNECTIONS ->
          sentAway(those, "connection(s), such as one of ")
              + "there may be "
              + those.most
              + ". Raise limits.connections, and with it the number of files that may be open"
              + " (ulimit -n)";
      case ADDRESS ->
          "Closed "
              + those.count
              + " connection(s), such as one of "
              + those.example
              + ": an address may have "
              + those.most
              + ". Raise limits.connectionsPerAddress, or list the address in limits.proxies if it"
              + " is a proxy";
      default -> sentAway(those, "reader(s), such as ") + "the limit is " + limit.word();
    };
  }

  private static String sentAway(Struck those, String whom) {
    return "Sent away " + those.count + " " + whom + those.example + ": ";
  }
}
