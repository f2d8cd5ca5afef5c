package dev.outpour.cluster;

import dev.outpour.metrics.PrometheusMetrics;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports when this node's certificate for the event bus expires: in the metrics, and in the log
 * once a day from thirty days before. Open connections outlive the certificate, so the failure
 * would appear only at the next restart of a node.
 */
final class CertificateWatch {

  private static final Logger log = LoggerFactory.getLogger(CertificateWatch.class);

  static final Duration EARLY = Duration.ofDays(30);

  private static final Duration EVERY = Duration.ofDays(1);

  /** The shortest timer of Vert.x. */
  private static final Duration LEAST = Duration.ofMillis(1);

  private final Vertx vertx;
  private final Instant end;

  private CertificateWatch(Vertx vertx, Instant end) {
    this.vertx = vertx;
    this.end = end;
  }

  /** Starts to watch. */
  static void begin(Vertx vertx, Instant end) {
    PrometheusMetrics.of(vertx)
        .busCertificate(() -> Duration.between(Instant.now(), end).toMillis() / 1e3);
    new CertificateWatch(vertx, end).check();
  }

  private void check() {
    Duration left = Duration.between(Instant.now(), end);
    if (left.isNegative() || left.isZero()) {
      log.error(
          "This node's certificate for the event bus expired at {}: open connections stay, but no new"
              + " one succeeds. Make a new certificate, and restart the node",
          end);
    } else if (left.compareTo(EARLY) <= 0) {
      log.warn(
          "This node's certificate for the event bus expires at {}, in {}: make a new one, and"
              + " restart the node before",
          end,
          inWords(left));
    }
    // One millisecond later, since just before the end it would warn once more.
    vertx.setTimer(next(left).toMillis() + 1, fired -> check());
  }

  /** The time to the next check: the first warning, each day from then on, and the expiry. */
  static Duration next(Duration left) {
    Duration next = EVERY;
    if (left.compareTo(EARLY) > 0) {
      next = least(EVERY, left.minus(EARLY));
    } else if (!left.isNegative() && !left.isZero()) {
      next = least(EVERY, left);
    }
    return next.compareTo(LEAST) < 0 ? LEAST : next;
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  static String inWords(Duration left) {
    return left.toDays() > 1
        ? left.toDays() + " days"
        : left.toHours() > 1 ? left.toHours() + " hours" : left.toSeconds() + " s";
  }
}
