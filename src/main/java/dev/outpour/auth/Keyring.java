package dev.outpour.auth;

import dev.outpour.files.WatchedFiles;
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
 * The keys of a configuration, and what is revoked, for all event loops of a Vert.x. It has a
 * context of its own, on which files and the key server are looked at now and then, until Vert.x
 * closes. Any thread may call it.
 */
final class Keyring {

  private static final Logger log = LoggerFactory.getLogger(Keyring.class);

  /** How soon it is noticed that a file has changed. */
  private static final long LOOK_MILLIS = 400;

  /** How long somebody waits to hear whether a key is known. */
  private static final long SEEK_MILLIS = 10_000;

  private final AuthSettings settings;
  private final ContextInternal context;
  private final WatchedFiles<List<VerificationKey>> files;
  private final Revocations revocations;
  private final @Nullable JwksClient server;
  private volatile List<VerificationKey> keys = List.of();
  private boolean looking;

  /** Those there are, by their configuration. */
  private static final class All implements Shareable {
    final Map<AuthSettings, Future<Keyring>> rings = new ConcurrentHashMap<>();
  }

  /** It blocks. */
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
   * The one of a Vert.x and a configuration; fails with a {@link CannotStartException} if a file
   * cannot be used. A key server may be away.
   */
  static Future<Keyring> of(Vertx vertx, AuthSettings settings) {
    All all =
        vertx
            .sharedData()
            .<String, All>getLocalMap("outpour.auth")
            .computeIfAbsent("keyrings", name -> new All());
    Promise<Keyring> promise = ((VertxInternal) vertx).getOrCreateContext().promise();
    all.rings
        .computeIfAbsent(settings, first -> begin((VertxInternal) vertx, settings))
        .onFailure(failure -> all.rings.remove(settings))
        .onComplete(promise);
    return promise.future();
  }

  private static Future<Keyring> begin(VertxInternal vertx, AuthSettings settings) {
    // On the caller's loop: another would be missing in the turn in which verticles get theirs.
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

  /** On its own context. */
  private Future<Keyring> begin() {
    gather();
    if (!settings.keys().isEmpty() || !settings.revokedFile().isEmpty()) {
      context.owner().setPeriodic(LOOK_MILLIS, tick -> look());
    }
    return server == null ? Future.succeededFuture(this) : server.start().map(this);
  }

  private void look() {
    if (looking) {
      return;
    }
    looking = true;
    context
        .executeBlocking(
            () -> {
              revocations.look();
              return files.look();
            })
        .onComplete(
            changed -> {
              looking = false;
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

  /** The keys that are known: another list each time when they have changed. */
  List<VerificationKey> keys() {
    return keys;
  }

  /** What is revoked. */
  Revocations revocations() {
    return revocations;
  }

  /**
   * Writes what was revoked into the file; completes on the caller's loop with whether it is there.
   */
  Future<Boolean> keep(List<Revocation> some) {
    Promise<Boolean> promise = context.owner().getOrCreateContext().promise();
    context
        .executeBlocking(() -> revocations.keep(some))
        .recover(
            failure -> {
              log.warn(
                  "What was revoked counts until this process ends, but {} cannot be written: {}",
                  settings.revokedFile(),
                  failure.toString());
              return Future.succeededFuture(false);
            })
        .onComplete(promise);
    return promise.future();
  }

  /**
   * Looks for a key that is not known, where there may be one; completes on the caller's loop.
   *
   * @return whether it is known now which keys there are; false also if that takes too long
   */
  Future<Boolean> seek() {
    if (server == null) {
      return Future.succeededFuture(true);
    }
    JwksClient asked = server;
    Promise<Boolean> promise = context.owner().getOrCreateContext().promise();
    context.runOnContext(turn -> asked.seek().onComplete(promise));
    return promise.future().timeout(SEEK_MILLIS, TimeUnit.MILLISECONDS).otherwise(false);
  }
}
