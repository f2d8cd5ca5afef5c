package dev.outpour.log;

import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.history.History.Retained;
import dev.outpour.update.LogHead;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Measures of the log, each taken when Prometheus asks; NaN while it is not known here. It may be
 * used from any thread.
 */
public final class LogMeters {

  private final Supplier<@Nullable LogDescription> log;
  private final Supplier<@Nullable Retained> retained;
  private volatile DoubleSupplier intakeBytes = () -> Double.NaN;

  /**
   * Registers them.
   *
   * @param log the log as it is known here
   * @param retained what of it is retained; null where another process owns it
   * @param cacheBytes what the pages take that are held here
   * @param queries how many questions of subscribers are not answered yet
   */
  LogMeters(
      MeterRegistry registry,
      Supplier<@Nullable LogDescription> log,
      Supplier<@Nullable Retained> retained,
      DoubleSupplier cacheBytes,
      DoubleSupplier queries) {
    this.log = log;
    this.retained = retained;
    Gauge.builder("outpour.log.position", () -> ofHead(LogHead::last))
        .description("The number of the newest update, as known here")
        .register(registry);
    Gauge.builder("outpour.log.updates", () -> ofHead(head -> head.last() - head.earliest() + 1))
        .description("Updates retained, as known here")
        .register(registry);
    Gauge.builder("outpour.log", () -> ofRetained(Retained::bytes))
        .description("What the updates retained take; of the process that owns the log")
        .baseUnit(BaseUnits.BYTES)
        .register(registry);
    Gauge.builder("outpour.log.age", () -> ofRetained(LogMeters::ageMillis) / 1e3)
        .description("Age of the oldest update; of the process that owns the log")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder("outpour.log.keys", () -> ofRetained(Retained::keys))
        .description("Publishers' keys remembered; of the process that owns the log")
        .register(registry);
    Gauge.builder("outpour.log.topics", () -> ofRetained(Retained::topics))
        .description("Topics known in memory; of the process that owns the log")
        .register(registry);
    Gauge.builder("outpour.page.cache", cacheBytes::getAsDouble)
        .description("Pages of the log that are held in memory")
        .baseUnit(BaseUnits.BYTES)
        .register(registry);
    Gauge.builder("outpour.questions", queries::getAsDouble)
        .description("Questions of subscribers to the log that are not answered yet")
        .register(registry);
    FunctionCounter.builder("outpour.log.damaged", this, LogMeters::damaged)
        .description(
            "Updates in the log's file that were found damaged since it was opened; of the process"
                + " that owns the log")
        .register(registry);
    Gauge.builder("outpour.intake", () -> intakeBytes.getAsDouble())
        .description("Updates that wait to be written; of the process that owns the log")
        .baseUnit(BaseUnits.BYTES)
        .register(registry);
  }

  /** Says whom to ask how many bytes wait to be written. */
  public void intake(DoubleSupplier waitingBytes) {
    intakeBytes = waitingBytes;
  }

  private double ofHead(ToDoubleFunction<LogHead> number) {
    LogDescription known = log.get();
    return known == null ? Double.NaN : number.applyAsDouble(known.head());
  }

  private double ofRetained(ToDoubleFunction<Retained> number) {
    Retained known = retained.get();
    return known == null ? Double.NaN : number.applyAsDouble(known);
  }

  private double damaged() {
    Retained known = retained.get();
    return known == null ? 0 : known.damaged();
  }

  private static double ageMillis(Retained retained) {
    long oldest = retained.oldestMillis();
    return oldest == 0 ? 0 : Math.max(0, System.currentTimeMillis() - oldest);
  }
}
