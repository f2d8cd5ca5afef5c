package dev.outpour.http.connection;

import dev.outpour.http.limit.LimitSettings;
import dev.outpour.http.response.DateHeader;
import dev.outpour.metrics.Limit;
import dev.outpour.metrics.Metrics;
import dev.outpour.update.Refusal;
import java.util.concurrent.TimeUnit;

/**
 * What the guards of one event loop share: their timeouts, and how they answer and count
 * violations. For use on that loop only.
 */
record GuardPolicy(LimitSettings settings, Metrics metrics, DateHeader date) {

  long headMillis() {
    return TimeUnit.SECONDS.toMillis(settings.headSeconds());
  }

  long bodyMillis() {
    return TimeUnit.SECONDS.toMillis(settings.bodySeconds());
  }

  long idleMillis() {
    return TimeUnit.SECONDS.toMillis(settings.idleSeconds());
  }

  /** Counts a violation of a limit. */
  void limited(Limit limit) {
    metrics.limited(limit);
  }

  /** Makes the response of a guard in place of Vert.x, and counts it. */
  GuardResponse answer(Refusal refusal) {
    metrics.refused(refusal.status());
    return new GuardResponse(refusal, date);
  }
}
