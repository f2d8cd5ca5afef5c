package dev.outpour.log;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * What the log and the way into it hold, each asked when it is wanted; NaN while nobody here can
 * say. It may be used from any thread.
 */
public final class LogMeters {

  private volatile DoubleSupplier position = () -> Double.NaN;
  private volatile DoubleSupplier updates = () -> Double.NaN;
  private volatile DoubleSupplier bytes = () -> Double.NaN;
  private volatile DoubleSupplier ageSeconds = () -> Double.NaN;
  private volatile DoubleSupplier keys = () -> Double.NaN;
  private volatile DoubleSupplier cacheBytes = () -> Double.NaN;
  private volatile LongSupplier damaged = () -> 0;
  private volatile DoubleSupplier intakeBytes = () -> Double.NaN;
  private volatile DoubleSupplier topics = () -> Double.NaN;
  private volatile DoubleSupplier questions = () -> Double.NaN;

  LogMeters(MeterRegistry registry) {
    Gauge.builder("outpour.log.position", () -> position.getAsDouble())
        .description("The number of the newest update, as known here")
        .register(registry);
    Gauge.builder("outpour.log.updates", () -> updates.getAsDouble())
        .description("Updates retained, as known here")
        .register(registry);
    Gauge.builder("outpour.log", () -> bytes.getAsDouble())
        .description("What the updates retained take; of the process that owns the log")
        .baseUnit(BaseUnits.BYTES)
        .register(registry);
    Gauge.builder("outpour.log.age", () -> ageSeconds.getAsDouble())
        .description("Age of the oldest update; of the process that owns the log")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder("outpour.log.keys", () -> keys.getAsDouble())
        .description("Publishers' keys remembered; of the process that owns the log")
        .register(registry);
    Gauge.builder("outpour.log.topics", () -> topics.getAsDouble())
        .description("Topics known in memory; of the process that owns the log")
        .register(registry);
    Gauge.builder("outpour.page.cache", () -> cacheBytes.getAsDouble())
        .description("Pages of the log that are held in memory")
        .baseUnit(BaseUnits.BYTES)
        .register(registry);
    Gauge.builder("outpour.questions", () -> questions.getAsDouble())
        .description("Questions of readers to the log that are not answered yet")
        .register(registry);
    FunctionCounter.builder("outpour.log.damaged", this, meters -> meters.damaged.getAsLong())
        .description(
            "Updates in the log's file that were found damaged since it was opened; of the process"
                + " that owns the log")
        .register(registry);
    Gauge.builder("outpour.intake", () -> intakeBytes.getAsDouble())
        .description("Updates that wait to be written; of the process that owns the log")
        .baseUnit(BaseUnits.BYTES)
        .register(registry);
  }

  /**
   * Says whom to ask about the log as it is known here.
   *
   * @param position the number of the newest update
   * @param updates how many are retained
   * @param bytes what these take
   * @param ageSeconds how old the oldest is
   * @param cacheBytes what the pages take that are held
   */
  public void log(
      DoubleSupplier position,
      DoubleSupplier updates,
      DoubleSupplier bytes,
      DoubleSupplier ageSeconds,
      DoubleSupplier cacheBytes) {
    this.position = position;
    this.updates = updates;
    this.bytes = bytes;
    this.ageSeconds = ageSeconds;
    this.cacheBytes = cacheBytes;
  }

  /** Says whom to ask how many topics are known in memory. */
  public void topics(DoubleSupplier known) {
    topics = known;
  }

  /** Says whom to ask how many questions of readers are not answered yet. */
  public void questions(DoubleSupplier open) {
    questions = open;
  }

  /** Says whom to ask how many updates were found damaged. */
  public void damaged(LongSupplier found) {
    damaged = found;
  }

  /** Says whom to ask how many keys are remembered. */
  public void keys(DoubleSupplier remembered) {
    keys = remembered;
  }

  /** Says whom to ask how many bytes wait to be written. */
  public void intake(DoubleSupplier waitingBytes) {
    intakeBytes = waitingBytes;
  }
}
