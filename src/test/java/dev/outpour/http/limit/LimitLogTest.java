package dev.outpour.http.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.http.LogLines;
import dev.outpour.metrics.Limit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Log lines about clients that limits reject. */
class LimitLogTest {

  private final AtomicLong clock = new AtomicLong(Long.MIN_VALUE);
  private final LimitLog limits = new LimitLog(clock::get);

  @Test
  void aLimitHasALineAMinuteHoweverManyItKeepsOut() {
    try (LogLines lines = LogLines.listen()) {
      for (int second = 0; second <= 120; second++) {
        for (int i = 0; i < 10; i++) {
          limits.add(Limit.STREAMS, 1_000, "192.0.2." + second);
        }
        limits.flush();
        clock.addAndGet(1_000);
      }

      assertThat(lines.of(LimitLog.class))
          .containsExactly(streams(10, 0), streams(600, 1), streams(600, 61));
    }
  }

  private static String streams(int count, int example) {
    return "Rejected "
        + count
        + " subscriber(s), such as 192.0.2."
        + example
        + ": an address may have 1000 streams. Raise limits.streamsPerAddress, or list the address"
        + " in limits.proxies if it is a proxy";
  }

  @Test
  void whoCameAfterALineIsToldWithTheNextEvenIfNobodyElseComes() {
    try (LogLines lines = LogLines.listen()) {
      limits.add(Limit.IDENTITY, 5, "subject a\u001b[31m at 192.0.2.1");
      limits.flush();
      limits.add(Limit.IDENTITY, 5, "subject b at 192.0.2.1");
      limits.add(Limit.ADDRESS, 7, "192.0.2.3");
      limits.flush();
      clock.addAndGet(60_000);
      limits.flush();
      clock.addAndGet(60_000);
      limits.flush();

      assertThat(lines.of(LimitLog.class))
          .containsExactly(
              "Rejected 1 subscriber(s), such as subject a\\u001b[31m at 192.0.2.1: a name may have 5"
                  + " streams. Raise limits.streamsPerIdentity",
              "Closed 1 connection(s), such as one from 192.0.2.3: an address may have 7. Raise"
                  + " limits.connectionsPerAddress, or list the address in limits.proxies if it is"
                  + " a proxy",
              "Rejected 1 subscriber(s), such as subject b at 192.0.2.1: a name may have 5 streams."
                  + " Raise limits.streamsPerIdentity");
    }
  }

  @Test
  void whoFindsNoRoomIsAConnectionAndMayBeNoReader() {
    try (LogLines lines = LogLines.listen()) {
      limits.add(Limit.CONNECTIONS, 150, "192.0.2.1");
      limits.flush();

      assertThat(lines.of(LimitLog.class))
          .containsExactly(
              "Rejected 1 connection(s), such as one from 192.0.2.1: there may be 150. Raise"
                  + " limits.connections, and the number of files that the process may open (ulimit"
                  + " -n)");
    }
  }
}
