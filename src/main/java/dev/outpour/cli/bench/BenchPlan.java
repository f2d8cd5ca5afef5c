package dev.outpour.cli.bench;

import dev.outpour.cli.hub.HubAddress;
import java.time.Duration;
import java.util.OptionalDouble;

/** What a bench runs: against which hub, with how much load, for how long. */
record BenchPlan(HubAddress hub, Load load, Schedule schedule) {

  /**
   * The load on the hub.
   *
   * @param subscribers number of connections that subscribe, each to one topic
   * @param topics number of topics, over which subscribers and updates rotate
   * @param publishers number of connections that publish, each with one request in flight
   * @param rate updates per second in total; empty: as many as the hub answers
   * @param size bytes of an update's data
   */
  record Load(int subscribers, int topics, int publishers, OptionalDouble rate, int size) {}

  /**
   * How long each phase takes.
   *
   * @param warmup how long to publish before the measured time
   * @param measured the measured time
   * @param patience after how long without an event the missing ones count as lost
   */
  record Schedule(Duration warmup, Duration measured, Duration patience) {}

  double measuredSeconds() {
    return schedule.measured().toMillis() / 1_000.0;
  }
}
