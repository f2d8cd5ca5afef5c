package dev.outpour.broadcast;

import dev.outpour.auth.Authority;
import dev.outpour.auth.Revocation;
import dev.outpour.auth.Revocations;
import dev.outpour.broadcast.LogMessage.Revoked;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
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
 * configuration, until Vert.x closes. It may be used from any thread.
 */
public final class RevocationExchange {

  private static final Logger log = LoggerFactory.getLogger(RevocationExchange.class);

  private static final long EVERY_MILLIS = 5_000;

  /** Between two times at which all is told. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final UpdateBus bus;
  private final Authority authority;
  private final Revocations revocations;
  private long toldNanos = System.nanoTime() - PAUSE_NANOS;

  /** Those there are, by what they exchange. */
  private static final class All implements Shareable {
    final Map<Revocations, RevocationExchange> exchanges = new ConcurrentHashMap<>();
  }

  private RevocationExchange(UpdateBus bus, Authority authority) {
    this.bus = bus;
    this.authority = authority;
    this.revocations = authority.revocations();
  }

  /** The one of a Vert.x for an authority and all others of its configuration. */
  public static RevocationExchange of(Vertx vertx, Authority authority) {
    All all =
        vertx
            .sharedData()
            .<String, All>getLocalMap("outpour.revocations")
            .computeIfAbsent("exchanges", name -> new All());
    return all.exchanges.computeIfAbsent(
        authority.revocations(),
        first -> {
          RevocationExchange exchange = new RevocationExchange(LocalLog.of(vertx).bus(), authority);
          if (vertx.isClustered() && authority.hasKeys()) {
            exchange.begin((VertxInternal) vertx);
          }
          return exchange;
        });
  }

  /** On a context of its own: that of a verticle would end with it. */
  private void begin(VertxInternal vertx) {
    ContextInternal own =
        vertx.contextBuilder().withEventLoop(vertx.getOrCreateContext().nettyEventLoop()).build();
    own.runOnContext(
        turn ->
            bus.answer(UpdateBus.REVOKED, message -> heard((Revoked) message.body()))
                .onSuccess(
                    listening -> {
                      say();
                      vertx.setPeriodic(EVERY_MILLIS, tick -> say());
                    })
                .onFailure(
                    failure -> log.error("What other nodes revoke is not heard of", failure)));
  }

  /**
   * Takes something back everywhere.
   *
   * @return as {@link Authority#revoke} does
   */
  public Future<Boolean> revoke(Revocation revocation) {
    Future<Boolean> kept = authority.revoke(List.of(revocation));
    if (!kept.failed()) {
      bus.tellAll(UpdateBus.REVOKED, new Revoked(revocations.digest(), List.of(revocation)));
    }
    return kept;
  }

  private void say() {
    bus.tellAll(UpdateBus.REVOKED, new Revoked(revocations.digest(), List.of()));
  }

  private void heard(Revoked said) {
    List<Revocation> some = said.some();
    if (!revocations.asked().containsAll(some)) {
      authority
          .revoke(some)
          .onFailure(
              failure ->
                  log.warn(
                      "Not all that other nodes revoked counts here: {}", failure.getMessage()));
    }
    List<Revocation> all = revocations.asked();
    if (said.digest() != revocations.digest()
        && !all.isEmpty()
        && System.nanoTime() - toldNanos >= PAUSE_NANOS) {
      toldNanos = System.nanoTime();
      bus.tellAll(UpdateBus.REVOKED, new Revoked(revocations.digest(), all));
    }
  }
}
