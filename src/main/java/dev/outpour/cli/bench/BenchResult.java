package dev.outpour.cli.bench;

import java.util.Map;

/**
 * What a bench has found. Updates of the warm-up are checked like all others, but not among those
 * published and delivered.
 *
 * @param plan what was done
 * @param connectMillis how long it took to connect all readers
 * @param published updates that were acknowledged
 * @param publishedPerSecond answers in the measured time
 * @param delivered updates that came, once for each reader
 * @param deliveredPerSecond events that came in the measured time
 * @param latency from when an update was due to its arrival at each reader
 * @param answer from when an update was due to its acknowledgement
 * @param lost acknowledged updates that a connected reader was not given
 * @param doubled events that a reader was given again
 * @param outOfOrder events that a reader was given after a later one
 * @param foreign events whose data was not published, or not so, or to another topic
 * @param connectionsLost readers that were cut
 * @param notSent updates that were due, for which no publisher was free in time
 * @param publishesFailed by status, how many
 * @param words the hub's own events, by name and reason, how many
 */
record BenchResult(
    BenchPlan plan,
    long connectMillis,
    long published,
    double publishedPerSecond,
    long delivered,
    double deliveredPerSecond,
    Percentiles latency,
    Percentiles answer,
    long lost,
    long doubled,
    long outOfOrder,
    long foreign,
    long connectionsLost,
    long notSent,
    Map<String, Long> publishesFailed,
    Map<String, Long> words) {

  static BenchResult of(BenchPlan plan, BenchStats tallies, long connectMillis, long lost) {
    double seconds = plan.measuredSeconds();
    return new BenchResult(
        plan,
        connectMillis,
        tallies.sum(it -> it.published),
        tallies.sum(it -> it.answers) / seconds,
        tallies.sum(it -> it.delivered),
        tallies.sum(it -> it.arrivals) / seconds,
        tallies.delivery(),
        tallies.answers(),
        lost,
        tallies.sum(it -> it.doubled),
        tallies.sum(it -> it.outOfOrder),
        tallies.sum(it -> it.foreign),
        tallies.sum(it -> it.connectionsLost),
        tallies.sum(it -> it.notSent),
        tallies.sums(it -> it.failures),
        tallies.sums(it -> it.words));
  }

  /** Whether every update was taken, and given to every reader once and in order. */
  boolean isClean() {
    return lost + doubled + outOfOrder + foreign + connectionsLost == 0
        && published > 0
        && publishesFailed.isEmpty();
  }
}
