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
 * Has what is revoked at one process be so at all of the cluster.
 *
 * <p>Each tells the others at once, and says every few seconds by a digest what it knows; whoever
 * knows something else then tells all of it. So a process that joins later learns what was said
 * before, a lost message is made good, and so is a partition. There is one per Vert.x and
 * configuration, until Vert.x closes; without a cluster, too, where several configurations of one
 * Vert.x hear each other, and a single one only itself. It may be used from any thread.
 */
public final class RevocationExchange {

  private static final Logger log = LoggerFactory.getLogger(RevocationExchange.class);

  private static final long EVERY_MILLIS = 5_000;

  /** Between two times at which all is told. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final MessageBus bus;
  private final Authenticator authority;
  private final Revocations revocations;
  private boolean warned;
  private long toldNanos = System.nanoTime() - PAUSE_NANOS;

  /** Those there are, by what they exchange. */
  private static final class All implements Shareable {
    final Map<Revocations, RevocationExchange> exchanges = new ConcurrentHashMap<>();
  }

  private RevocationExchange(MessageBus bus, Authenticator authority) {
    this.bus = bus;
    this.authority = authority;
    this.revocations = authority.revocations();
  }

  /** The one of a Vert.x for an authority and all others of its configuration. */
  public static RevocationExchange of(Vertx vertx, Authenticator authority) {
    All all = PerVertx.get(vertx, All.class, () -> new All());
    return all.exchanges.computeIfAbsent(
        authority.revocations(),
        first -> {
          RevocationExchange exchange = new RevocationExchange(LocalLog.of(vertx).bus(), authority);
          if (authority.hasKeys()) {
            exchange.begin((VertxInternal) vertx);
          }
          return exchange;
        });
  }

  /** On a context of its own: that of a verticle would end with it. */
  private void begin(VertxInternal vertx) {
    ContextInternal own =
        vertx.contextBuilder().withEventLoop(vertx.getOrCreateContext().nettyEventLoop()).build();
    own.runOnContext(turn -> listen(vertx));
  }

  private void listen(Vertx vertx) {
    bus.answer(MessageBus.REVOKED, this::hear)
        .onSuccess(
            listening -> {
              say();
              vertx.setPeriodic(EVERY_MILLIS, tick -> say());
            })
        .onFailure(
            failure -> {
              log.error("Revocations of other nodes do not count here yet, trying again", failure);
              vertx.setTimer(EVERY_MILLIS, again -> listen(vertx));
            });
  }

  /**
   * Takes something back everywhere.
   *
   * @return as {@link Authenticator#revoke} does
   */
  public Future<Boolean> revoke(Revocation revocation) {
    Future<Boolean> kept = authority.revoke(List.of(revocation));
    if (!kept.failed()) {
      bus.tellAll(MessageBus.REVOKED, new Revoked(revocations.digest(), List.of(revocation)));
    }
    return kept;
  }

  private void say() {
    authority.forgetEnded();
    warned &= revocations.isFull();
    bus.tellAll(MessageBus.REVOKED, new Revoked(revocations.digest(), List.of()));
  }

  private void hear(Message<LogMessage> message) {
    if (message.body() instanceof Revoked said) {
      heard(said);
    }
  }

  private void heard(Revoked said) {
    if (!revocations.knows(said.some())) {
      authority.revoke(said.some()).onFailure(this::warn);
    }
    List<Revocation> all = revocations.requested();
    if (said.digest() != revocations.digest()
        && !all.isEmpty()
        && System.nanoTime() - toldNanos >= PAUSE_NANOS) {
      toldNanos = System.nanoTime();
      bus.tellAll(MessageBus.REVOKED, new Revoked(revocations.digest(), all));
    }
  }

  /** Once, until there is room again. */
  private void warn(Throwable failure) {
    if (!warned) {
      warned = true;
      log.warn("Could not apply all revocations of other nodes: {}", failure.getMessage());
    }
  }
}
