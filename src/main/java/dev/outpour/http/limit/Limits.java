package dev.outpour.http;

import dev.outpour.metrics.PrometheusMetrics;
import dev.outpour.update.SegmentLimit;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What clients have of this process, counted for all event loops together. For use by all threads.
 */
final class Limits implements Shareable {

  /** How many may be told at once that there is no room, however few there may be. */
  static final int FAREWELLS = 16;

  /** The part of the connections for which there is room beside that. */
  static final int FAREWELL_PART = 32;

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
    this.mostConnections = Descriptors.now().connections(settings.connections());
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
    return connections.get() - FAREWELLS > mostConnections + mostConnections / FAREWELL_PART;
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
