package dev.outpour.http.operate;

import dev.outpour.auth.Authenticator;
import dev.outpour.auth.Revocation;
import dev.outpour.auth.Revocations;
import dev.outpour.bus.LogMessage;
import dev.outpour.bus.LogMessage.Revoked;
import dev.outpour.bus.MessageBus;
import dev.outpour.log.LocalLog;
import dev.outpour.loop.PerVertx;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.Shareable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies a revocation made on one node to all nodes of the cluster.
 *
 * <p>Each node sends its revocations at once, and a digest of all it knows every few seconds; a
 * node with another digest then sends everything it knows. So nodes that join later catch up, and
 * lost messages and partitions are repaired. There is one per Vert.x and configuration, until
 * Vert.x closes. Without a cluster, it synchronizes the configurations of one Vert.x. Thread-safe.
 */
public final class RevocationExchange {

  private static final Logger log = LoggerFactory.getLogger(RevocationExchange.class);

  private static final long EVERY_MILLIS = 5_000;

  /** The shortest time between two messages with all revocations. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final MessageBus bus;
  private final Authenticator authenticator;
  private final Revocations revocations;
  private boolean warned;
  private long sentNanos = System.nanoTime() - PAUSE_NANOS;

  /** All exchanges, by their revocations. */
  private static final class All implements Shareable {
    final Map<Revocations, RevocationExchange> exchanges = new ConcurrentHashMap<>();
  }

  private RevocationExchange(MessageBus bus, Authenticator authenticator) {
    this.bus = bus;
    this.authenticator = authenticator;
    this.revocations = authenticator.revocations();
  }

  /** The exchange of a Vert.x and of a configuration. */
  public static RevocationExchange of(Vertx vertx, Authenticator authenticator) {
    All all = PerVertx.get(vertx, All.class, () -> new All());
    return all.exchanges.computeIfAbsent(
        authenticator.revocations(),
        first -> {
          RevocationExchange exchange =
              new RevocationExchange(LocalLog.of(vertx).bus(), authenticator);
          if (authenticator.hasKeys()) {
            exchange.start((VertxInternal) vertx);
          }
          return exchange;
        });
  }

  /** Uses a context of its own: that of a verticle would end with the verticle. */
  private void start(VertxInternal vertx) {
    ContextInternal own =
        vertx.contextBuilder().withEventLoop(vertx.getOrCreateContext().nettyEventLoop()).build();
    own.runOnContext(turn -> listen(vertx));
  }

  private void listen(Vertx vertx) {
    bus.answer(MessageBus.REVOKED, this::hear)
        .onSuccess(
            listening -> {
              sendDigest();
              vertx.setPeriodic(EVERY_MILLIS, tick -> sendDigest());
            })
        .onFailure(
            failure -> {
              log.error("Cannot receive the revocations of other nodes, retrying", failure);
              vertx.setTimer(EVERY_MILLIS, again -> listen(vertx));
            });
  }

  /**
   * Revokes a token or an API key on all nodes.
   *
   * @return as {@link Authenticator#revoke} does
   */
  public Future<Boolean> revoke(Revocation revocation) {
    Future<Boolean> kept = authenticator.revoke(List.of(revocation));
    if (!kept.failed()) {
      bus.tellAll(MessageBus.REVOKED, new Revoked(revocations.digest(), List.of(revocation)));
    }
    return kept;
  }

  private void sendDigest() {
    authenticator.forgetEnded();
    warned &= revocations.isFull();
    bus.tellAll(MessageBus.REVOKED, new Revoked(revocations.digest(), List.of()));
  }

  private void hear(Message<LogMessage> message) {
    if (message.body() instanceof Revoked received) {
      receive(received);
    }
  }

  private void receive(Revoked received) {
    if (!revocations.knows(received.some())) {
      authenticator.revoke(received.some()).onFailure(this::warn);
    }
    List<Revocation> all = revocations.requested();
    if (received.digest() != revocations.digest()
        && !all.isEmpty()
        && System.nanoTime() - sentNanos >= PAUSE_NANOS) {
      sentNanos = System.nanoTime();
      bus.tellAll(MessageBus.REVOKED, new Revoked(revocations.digest(), all));
    }
  }

  /** Logs once, until there is room again. */
  private void warn(Throwable failure) {
    if (!warned) {
      warned = true;
      log.warn("Could not apply all revocations from other nodes: {}", failure.getMessage());
    }
  }
}
