package dev.outpour.cli.bench;

import dev.outpour.cli.hub.HubAddress;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * What a bench does.
 *
 * @param hub where, and who asks
 * @param readers how many connections read, one topic each
 * @param topics how many topics the readers and the updates go round
 * @param publishers how many connections publish, with one request on its way each
 * @param rate updates a second in all; empty for as many as are answered
 * @param size bytes of an update's data
 * @param warmup how long updates go out before anything is measured
 * @param measured how long is measured
 * @param patience how long nothing has to come at the end before what is missing is lost
 */
record BenchPlan(
    HubAddress hub,
    int readers,
    int topics,
    int publishers,
    OptionalDouble rate,
    int size,
    Duration warmup,
    Duration measured,
    Duration patience) {

  double measuredSeconds() {
    return measured.toMillis() / 1_000.0;
  }
}
