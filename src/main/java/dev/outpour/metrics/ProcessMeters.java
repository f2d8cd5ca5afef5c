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

/** What the process and its JVM take, and which Outpour it is. */
final class ProcessMeters implements AutoCloseable {

  private final JvmGcMetrics collections = new JvmGcMetrics();

  ProcessMeters(MeterRegistry registry) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    collections.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    Gauge.builder("outpour.direct", PlatformDependent::usedDirectMemory)
        .description("Memory outside the heap for what is on its way to or from sockets")
        .baseUnit(BaseUnits.BYTES)
        .register(registry);
    Gauge.builder("outpour.build.info", () -> 1)
        .description("Which Outpour this is, on which Java")
        .tag("version", Build.VERSION)
        .tag("java", String.valueOf(Runtime.version().feature()))
        .register(registry);
  }

  /** Hears of collections no more. */
  @Override
  public void close() {
    collections.close();
  }
}
