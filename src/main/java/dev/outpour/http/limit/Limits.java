package dev.outpour.http.limit;

import dev.outpour.loop.PerVertx;
import dev.outpour.loop.TurnBudget;
import dev.outpour.metrics.Metrics;
import dev.outpour.metrics.PrometheusMetrics;
import dev.outpour.update.SegmentLimit;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.concurrent.atomic.AtomicInteger;

/** The quotas of clients, counted for all event loops together. Thread-safe. */
public final class Limits implements Shareable {

  private final int maxConnections;
  private final int maxTopics;
  private final int maxPatterns;
  private final SegmentLimit segmentsPerTopic;
  private final AtomicInteger connections = new AtomicInteger();
  private final ClientQuota<ClientKey> byAddress;
  private final ClientQuota<ClientKey> streams;
  private final ClientQuota<String> streamsByName;
  private final RateLimiter publishes;
  private final MemoryGuard memory;
  private final LimitLog log = new LimitLog(TurnBudget::nowMillis);

  private Limits(LimitSettings settings, MemoryGuard memory, Metrics metrics) {
    this.memory = memory;
    this.maxConnections = FileDescriptors.now().connections(settings.connections());
    this.maxTopics = settings.topicsPerRead();
    this.maxPatterns = settings.patternsPerRead();
    this.segmentsPerTopic = settings.segmentsPerTopic();
    this.byAddress = new ClientQuota<>(settings.connectionsPerAddress());
    this.streams = new ClientQuota<>(settings.streamsPerAddress());
    this.streamsByName = new ClientQuota<>(settings.streamsPerIdentity());
    this.publishes = new RateLimiter(settings.publishesPerSecond(), System::nanoTime, metrics);
  }

  /** The limits of this Vert.x with these settings. */
  public static Limits of(Vertx vertx, LimitSettings settings) {
    return PerVertx.get(vertx, Limits.class, settings.toString(), () -> start(vertx, settings));
  }

  private static Limits start(Vertx vertx, LimitSettings settings) {
    PrometheusMetrics metrics = PrometheusMetrics.of(vertx);
    return new Limits(settings, MemoryGuard.start(vertx, settings, metrics), metrics);
  }

  /** Counts a new connection, whether or not there is room for it. */
  public void opened() {
    connections.incrementAndGet();
  }

  public void closed() {
    connections.decrementAndGet();
  }

  /** Whether there are more connections than allowed: new subscribers are rejected. */
  public boolean isCrowded() {
    return connections.get() > maxConnections;
  }

  /** Whether there are so many connections that new ones are closed without an answer. */
  public boolean isFull() {
    return connections.get() - FileDescriptors.FAREWELLS
        > maxConnections + maxConnections / FileDescriptors.FAREWELL_PART;
  }

  /** The connections of each address. */
  public ClientQuota<ClientKey> byAddress() {
    return byAddress;
  }

  /** The streams of each address. */
  public ClientQuota<ClientKey> streams() {
    return streams;
  }

  /** The streams of each name. */
  public ClientQuota<String> streamsByName() {
    return streamsByName;
  }

  /** How many topics and patterns a subscriber may name. */
  public int maxTopics() {
    return maxTopics;
  }

  /** How many patterns a subscriber may name. */
  public int maxPatterns() {
    return maxPatterns;
  }

  /** How many segments the topic of an update may have. */
  public SegmentLimit segmentsPerTopic() {
    return segmentsPerTopic;
  }

  public RateLimiter publishes() {
    return publishes;
  }

  public MemoryGuard memory() {
    return memory;
  }

  /** How many connections may be open. */
  public int maxConnections() {
    return maxConnections;
  }

  /** The log of rejected clients. */
  public LimitLog log() {
    return log;
  }
}
