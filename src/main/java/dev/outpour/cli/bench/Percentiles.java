package dev.outpour.cli.bench;

import org.HdrHistogram.Histogram;

/** The distribution of a duration, in milliseconds; all zero if nothing was recorded. */
record Percentiles(double p50, double p90, double p99, double p999, double max) {
  private static final double MICROS = 1_000;

  static Percentiles of(Histogram micros) {
    return new Percentiles(
        micros.getValueAtPercentile(50) / MICROS,
        micros.getValueAtPercentile(90) / MICROS,
        micros.getValueAtPercentile(99) / MICROS,
        micros.getValueAtPercentile(99.9) / MICROS,
        micros.getMaxValue() / MICROS);
  }
}
