package dev.outpour.auth;

import dev.outpour.files.WatchedFiles;
import dev.outpour.loop.PerVertx;
import dev.outpour.settings.CannotStartException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.Shareable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys and revocations of one configuration, shared by all event loops of a Vert.x. It checks
 * files and the key server periodically, on a context of its own, until Vert.x closes. Any thread
 * may call it.
 */
final class Keyring {

  private static final Logger log = LoggerFactory.getLogger(Keyring.class);

  /** The interval between checks whether a file changed. */
  private static final long RELOAD_MILLIS = 400;

  /** How long a token with an unknown key waits for the key server. */
  private static final long FETCH_MILLIS = 10_000;

  private final AuthSettings settings;
  private final ContextInternal context;
  private final WatchedFiles<List<VerificationKey>> files;
  private final Revocations revocations;
  private final @Nullable JwksClient server;
  private volatile List<VerificationKey> keys = List.of();
  private boolean reloading;

  /** The keyrings of a Vert.x, by their configuration. */
  private static final class All implements Shareable {
    final Map<AuthSettings, Future<Keyring>> rings = new ConcurrentHashMap<>();
  }

  /** Reads files, and blocks. */
  private Keyring(AuthSettings settings, ContextInternal context) {
    this.settings = settings;
    this.context = context;
    this.files = new WatchedFiles<>(settings.keys(), () -> keys(settings));
    this.revocations = new Revocations(settings.revokedFile());
    this.server =
        settings.jwksUrl().isEmpty()
            ? null
            : new JwksClient(context.owner(), settings.jwksUrl(), published -> gather());
  }

  private static List<VerificationKey> keys(AuthSettings settings) {
    List<VerificationKey> keys = new ArrayList<>();
    settings.keys().forEach(file -> keys.addAll(KeyFile.read(file)));
    if (!settings.hmacSecret().isEmpty()) {
      byte[] secret = settings.hmacSecret().getBytes(StandardCharsets.UTF_8);
      keys.add(VerificationKey.ofSecret(Optional.empty(), secret));
    }
    return keys;
  }

  /**
   * The keyring of a Vert.x and a configuration. Fails with a {@link CannotStartException} if a
   * file cannot be used. A key server may be unavailable.
   */
  static Future<Keyring> of(Vertx vertx, AuthSettings settings) {
    All all = PerVertx.get(vertx, All.class, () -> new All());
    Promise<Keyring> promise = ((VertxInternal) vertx).getOrCreateContext().promise();
    all.rings
        .computeIfAbsent(settings, first -> begin((VertxInternal) vertx, settings))
        .onFailure(failure -> all.rings.remove(settings))
        .onComplete(promise);
    return promise.future();
  }

  private static Future<Keyring> begin(VertxInternal vertx, AuthSettings settings) {
    // It takes the caller's loop: taking another one would shift which loops the verticles get.
    ContextInternal own =
        vertx.contextBuilder().withEventLoop(vertx.getOrCreateContext().nettyEventLoop()).build();
    return own.executeBlocking(() -> new Keyring(settings, own))
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof IllegalArgumentException
                        ? new CannotStartException("auth: " + failure.getMessage(), failure)
                        : failure))
        .compose(Keyring::begin);
  }

  /** Runs on the context of the keyring. */
  private Future<Keyring> begin() {
    gather();
    if (!settings.keys().isEmpty() || !settings.revokedFile().isEmpty()) {
      context.owner().setPeriodic(RELOAD_MILLIS, tick -> reload());
    }
    return server == null ? Future.succeededFuture(this) : server.start().map(this);
  }

  private void reload() {
    if (reloading) {
      return;
    }
    reloading = true;
    context
        .executeBlocking(
            () -> {
              revocations.reload();
              return files.reload();
            })
        .onComplete(
            changed -> {
              reloading = false;
              if (changed.succeeded() && changed.result()) {
                gather();
              }
            });
  }

  private void gather() {
    List<VerificationKey> all = new ArrayList<>(files.value());
    if (server != null) {
      all.addAll(server.keys());
    }
    keys = List.copyOf(all);
  }

  /** The known keys. The list is replaced whenever they change. */
  List<VerificationKey> keys() {
    return keys;
  }

  /** The revocations of this configuration. */
  Revocations revocations() {
    return revocations;
  }

  /** Writes revocations to the file. Completes on the caller's loop with whether they are in it. */
  Future<Boolean> keep(List<Revocation> revoked) {
    Promise<Boolean> promise = context.owner().getOrCreateContext().promise();
    context
        .executeBlocking(() -> revocations.keep(revoked))
        .recover(
            failure -> {
              log.warn(
                  "Could not write revocations to {}, and they end with this process: {}",
                  settings.revokedFile(),
                  failure.toString());
              return Future.succeededFuture(false);
            })
        .onComplete(promise);
    return promise.future();
  }

  /**
   * Fetches the keys from the key server, if there is one. Completes on the caller's loop.
   *
   * @return whether the keys are up to date now; false if the key server fails or times out
   */
  Future<Boolean> refresh() {
    if (server == null) {
      return Future.succeededFuture(true);
    }
    JwksClient asked = server;
    Promise<Boolean> promise = context.owner().getOrCreateContext().promise();
    context.runOnContext(turn -> asked.seek().onComplete(promise));
    return promise.future().timeout(FETCH_MILLIS, TimeUnit.MILLISECONDS).otherwise(false);
  }
}
