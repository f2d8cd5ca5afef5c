package dev.outpour.http.limit;

import dev.outpour.loop.TurnBudget;
import dev.outpour.metrics.PrometheusMetrics;
import dev.outpour.update.SegmentLimit;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What clients have of this process, counted for all event loops together. For use by all threads.
 */
public final class Limits implements Shareable {

  /** How many may be told at once that there is no room, however few there may be. */
  static final int FAREWELLS = 16;

  /** The part of the connections for which there is room beside that. */
  static final int FAREWELL_PART = 32;

  private final int mostConnections;
  private final int topicsPerRead;
  private final int patternsPerRead;
  private final SegmentLimit segmentsPerTopic;
  private final AtomicInteger connections = new AtomicInteger();
  private final ClientQuota<ClientKey> byAddress;
  private final ClientQuota<ClientKey> streams;
  private final ClientQuota<String> streamsByName;
  private final RateLimiter publishes;
  private final MemoryGuard memory;
  private final LimitLog log = new LimitLog(TurnBudget::nowMillis);

  private Limits(LimitSettings settings, MemoryGuard memory) {
    this.memory = memory;
    this.mostConnections = FileDescriptors.now().connections(settings.connections());
    this.topicsPerRead = settings.topicsPerRead();
    this.patternsPerRead = settings.patternsPerRead();
    this.segmentsPerTopic = settings.segmentsPerTopic();
    this.byAddress = new ClientQuota<>(settings.connectionsPerAddress());
    this.streams = new ClientQuota<>(settings.streamsPerAddress());
    this.streamsByName = new ClientQuota<>(settings.streamsPerIdentity());
    this.publishes = new RateLimiter(settings.publishesPerSecond(), System::nanoTime);
  }

  /** Those of this Vert.x for these settings. */
  public static Limits of(Vertx vertx, LimitSettings settings) {
    return vertx
        .sharedData()
        .<String, Limits>getLocalMap("outpour.limits")
        .computeIfAbsent(settings.toString(), name -> start(vertx, settings));
  }

  private static Limits start(Vertx vertx, LimitSettings settings) {
    return new Limits(settings, MemoryGuard.start(vertx, settings, PrometheusMetrics.of(vertx)));
  }

  /** Takes a connection in, whether or not there is room for it. */
  public void opened() {
    connections.incrementAndGet();
  }

  public void closed() {
    connections.decrementAndGet();
  }

  /** Whether there are as many connections as there may be: new readers are sent away. */
  public boolean isCrowded() {
    return connections.get() > mostConnections;
  }

  /** Whether there are so many that there is no room left to say so. */
  public boolean isFull() {
    return connections.get() - FAREWELLS > mostConnections + mostConnections / FAREWELL_PART;
  }

  /** The connections of each address. */
  public ClientQuota<ClientKey> byAddress() {
    return byAddress;
  }

  /** The readers at each address. */
  public ClientQuota<ClientKey> streams() {
    return streams;
  }

  /** The readers under each name. */
  public ClientQuota<String> streamsByName() {
    return streamsByName;
  }

  /** How many topics and patterns a reader may name. */
  public int topicsPerRead() {
    return topicsPerRead;
  }

  /** How many of them may be patterns. */
  public int patternsPerRead() {
    return patternsPerRead;
  }

  /** How many segments a topic may have to which an update goes. */
  public SegmentLimit segmentsPerTopic() {
    return segmentsPerTopic;
  }

  public RateLimiter publishes() {
    return publishes;
  }

  public MemoryGuard memory() {
    return memory;
  }

  /** How many connections there may be. */
  public int mostConnections() {
    return mostConnections;
  }

  /** What is said of those whom this keeps out. */
  public LimitLog log() {
    return log;
  }
}
