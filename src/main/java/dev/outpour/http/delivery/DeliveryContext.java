package dev.outpour.http.delivery;

import dev.outpour.http.stream.PendingWrites;
import dev.outpour.log.LocalLog;
import dev.outpour.logging.FailureLog;
import dev.outpour.metrics.Metrics;
import io.vertx.core.Vertx;

/**
 * What all parts of delivery on one event loop share.
 *
 * @param pending what is encoded and waits in sockets, of all event loops together
 * @param probe is told of each step before it is taken
 * @param failures logs what nobody foresaw
 */
record DeliveryContext(
    Vertx vertx,
    LocalLog log,
    Metrics metrics,
    PendingWrites pending,
    Probe probe,
    FailureLog failures) {}
