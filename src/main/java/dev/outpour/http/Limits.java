package dev.outpour.http;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.outpour.metrics.PrometheusMetrics;
import dev.outpour.update.SegmentLimit;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What clients have of this process, counted for all event loops together. For use by all threads.
 */
final class Limits implements Shareable {

  /** How many may be told at once that there is no room, however few there may be. */
  private static final int FAREWELLS = 16;

  private final int mostConnections;
  private final int topicsPerRead;
  private final int patternsPerRead;
  private final SegmentLimit segmentsPerTopic;
  private final AtomicInteger connections = new AtomicInteger();
  private final Tally<Network> byAddress;
  private final Tally<Network> streams;
  private final Tally<String> streamsByName;
  private final PublishRate publishes;
  private final MemoryGuard memory;
  private final LimitLog log = new LimitLog(Budget::nowMillis);

  private Limits(LimitSettings settings, MemoryGuard memory) {
    this.memory = memory;
    this.mostConnections = settings.connections() > 0 ? settings.connections() : allowed();
    this.topicsPerRead = settings.topicsPerRead();
    this.patternsPerRead = settings.patternsPerRead();
    this.segmentsPerTopic = settings.segmentsPerTopic();
    this.byAddress = new Tally<>(settings.connectionsPerAddress());
    this.streams = new Tally<>(settings.streamsPerAddress());
    this.streamsByName = new Tally<>(settings.streamsPerIdentity());
    this.publishes = new PublishRate(settings.publishesPerSecond(), System::nanoTime);
  }

  /** Those of this Vert.x for these settings. */
  static Limits of(Vertx vertx, LimitSettings settings) {
    return vertx
        .sharedData()
        .<String, Limits>getLocalMap("outpour.limits")
        .computeIfAbsent(settings.toString(), name -> start(vertx, settings));
  }

  private static Limits start(Vertx vertx, LimitSettings settings) {
    return new Limits(settings, MemoryGuard.start(vertx, settings, PrometheusMetrics.of(vertx)));
  }

  /** A sixteenth of the descriptors is left to the log, the cluster, and who is sent away. */
  private static int allowed() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? (int) Math.min(1_000_000, system.getMaxFileDescriptorCount() / 16 * 15)
        : Integer.MAX_VALUE / 2;
  }

  /** Takes a connection in, whether or not there is room for it. */
  void opened() {
    connections.incrementAndGet();
  }

  void closed() {
    connections.decrementAndGet();
  }

  /** Whether there are as many connections as there may be: new readers are sent away. */
  boolean isCrowded() {
    return connections.get() > mostConnections;
  }

  /** Whether there are so many that there is no room left to say so. */
  boolean isFull() {
    return connections.get() - FAREWELLS > mostConnections + mostConnections / 32;
  }

  /** The connections of each address. */
  Tally<Network> byAddress() {
    return byAddress;
  }

  /** The readers at each address. */
  Tally<Network> streams() {
    return streams;
  }

  /** The readers under each name. */
  Tally<String> streamsByName() {
    return streamsByName;
  }

  /** How many topics and patterns a reader may name. */
  int topicsPerRead() {
    return topicsPerRead;
  }

  /** How many of them may be patterns. */
  int patternsPerRead() {
    return patternsPerRead;
  }

  /** How many segments a topic may have to which an update goes. */
  SegmentLimit segmentsPerTopic() {
    return segmentsPerTopic;
  }

  PublishRate publishes() {
    return publishes;
  }

  MemoryGuard memory() {
    return memory;
  }

  /** How many connections there may be. */
  int mostConnections() {
    return mostConnections;
  }

  /** What is said of those whom this keeps out. */
  LimitLog log() {
    return log;
  }
}
