package dev.outpour.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.netty.util.internal.PlatformDependent;
import java.util.function.DoubleSupplier;

/** Meters of the process and its JVM, and the version of Outpour. */
final class ProcessMeters implements AutoCloseable {

  private final JvmGcMetrics collections = new JvmGcMetrics();
  private volatile DoubleSupplier certificateSeconds = () -> Double.NaN;

  ProcessMeters(MeterRegistry registry) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    collections.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    Gauge.builder("outpour.direct", PlatformDependent::usedDirectMemory)
        .description("Memory outside the heap for data to and from sockets")
        .baseUnit(BaseUnits.BYTES)
        .register(registry);
    Gauge.builder("outpour.bus.certificate", () -> certificateSeconds.getAsDouble())
        .description("Time until this node's certificate for the event bus expires")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder("outpour.build.info", () -> 1)
        .description("The versions of Outpour and of Java")
        .tag("version", Build.VERSION)
        .tag("java", String.valueOf(Runtime.version().feature()))
        .register(registry);
  }

  /** Sets the source of the seconds until the certificate expires. */
  void busCertificate(DoubleSupplier seconds) {
    certificateSeconds = seconds;
  }

  /** Stops listening to garbage collections. */
  @Override
  public void close() {
    collections.close();
  }
}
