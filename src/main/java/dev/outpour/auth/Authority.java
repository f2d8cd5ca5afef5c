package dev.outpour.auth;

import dev.outpour.settings.CannotStartException;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Knows who someone is by what they bring, and what they may: tokens by the keys that signed them,
 * API keys by their hashes. Keys and what is revoked are read again when their files change. For
 * use on one event loop, which it never blocks.
 */
public final class Authority {

  /** How soon it is noticed that a file has changed. */
  private static final long LOOK_MILLIS = 400;

  private final AuthSettings settings;
  private final Clock clock;
  private final Caller anonymous;
  private final Watched<List<SigningKey>> files;
  private final Watched<Set<String>> revoked;
  private final KnownTokens known = new KnownTokens();
  private @Nullable KeyServer server;
  private List<SigningKey> keysOfFiles = List.of();
  private List<SigningKey> keys = List.of();
  private boolean looking;

  /** It blocks. */
  private Authority(AuthSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.anonymous = Caller.anonymous(settings.withoutToken());
    this.files = new Watched<>(settings.keys(), () -> keys(settings));
    this.revoked =
        new Watched<>(
            settings.revokedFile().isEmpty() ? List.of() : List.of(settings.revokedFile()),
            () -> RevokedFile.read(settings.revokedFile()));
  }

  private static List<SigningKey> keys(AuthSettings settings) {
    List<SigningKey> keys = new ArrayList<>();
    settings.keys().forEach(file -> keys.addAll(KeyFile.read(file)));
    if (!settings.hmacSecret().isEmpty()) {
      byte[] secret = settings.hmacSecret().getBytes(StandardCharsets.UTF_8);
      keys.add(SigningKey.ofSecret(Optional.empty(), secret));
    }
    return keys;
  }

  /**
   * Begins on the event loop of the caller; fails with a {@link CannotStartException} if a file
   * cannot be used. A key server may be away.
   */
  public static Future<Authority> start(Vertx vertx, AuthSettings settings, Clock clock) {
    return vertx
        .executeBlocking(() -> new Authority(settings, clock))
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof IllegalArgumentException
                        ? new CannotStartException("auth: " + failure.getMessage(), failure)
                        : failure))
        .compose(authority -> authority.begin(vertx));
  }

  private Future<Authority> begin(Vertx vertx) {
    if (!settings.keys().isEmpty() || !settings.revokedFile().isEmpty()) {
      vertx.setPeriodic(LOOK_MILLIS, tick -> look(vertx));
    }
    if (settings.jwksUrl().isEmpty()) {
      gather();
      return Future.succeededFuture(this);
    }
    server = new KeyServer(vertx, settings.jwksUrl(), published -> gather());
    gather();
    return server.ask().map(this);
  }

  private void look(Vertx vertx) {
    if (looking) {
      return;
    }
    looking = true;
    vertx
        .executeBlocking(
            () -> {
              files.look();
              revoked.look();
              return true;
            })
        .onComplete(
            looked -> {
              looking = false;
              if (files.value() != keysOfFiles) {
                gather();
              }
            });
  }

  private void gather() {
    keysOfFiles = files.value();
    keys = new ArrayList<>(keysOfFiles);
    if (server != null) {
      keys.addAll(server.keys());
    }
    known.clear();
  }

  /** Someone who brings nothing. */
  public Caller anonymous() {
    return anonymous;
  }

  /** Whether it makes a difference what someone brings. */
  public boolean hasKeys() {
    return settings.hasKeys();
  }

  /** What is revoked: another set each time when that has changed. */
  public Set<String> revoked() {
    return revoked.value();
  }

  /**
   * Who brings a token or an API key. Fails with a {@link RefusedException}: 401 if it does not
   * count, 503 if that cannot be told now. It has mostly completed when it is returned.
   */
  public Future<Caller> authenticate(String secret) {
    Caller seen = known.get(secret, clock.millis());
    return seen != null ? notRevoked(seen) : authenticateAnew(secret);
  }

  private Future<Caller> authenticateAnew(String secret) {
    Optional<ApiKey> key = ApiKey.find(settings.apiKeys(), secret);
    if (key.isPresent()) {
      Rights rights = key.get().rights().or(anonymous.rights());
      return notRevoked(Caller.ofKey(key.get().name(), rights));
    }
    try {
      Token token = Token.parse(secret);
      return server == null || !token.mayNeedAnotherKeyThan(keys)
          ? accept(secret, token)
          : server.seek().compose(sought -> accept(secret, token));
    } catch (IllegalArgumentException e) {
      return refused(e);
    }
  }

  private Future<Caller> accept(String secret, Token token) {
    List<SigningKey> candidates = token.candidates(keys);
    if (candidates.isEmpty() && server != null && !server.isKnown()) {
      return Future.failedFuture(
          Refusal.unavailable("The key server cannot be reached now: try again later")
              .asException());
    }
    try {
      Caller caller = token.claims(candidates).check(settings, clock.millis());
      Rights rights = caller.rights().or(anonymous.rights());
      Caller accepted =
          new Caller(caller.scope(), caller.revocableAs(), rights, caller.endMillis());
      known.put(secret, accepted);
      return notRevoked(accepted);
    } catch (IllegalArgumentException e) {
      return refused(e);
    }
  }

  private Future<Caller> notRevoked(Caller caller) {
    return caller.revocableAs().filter(revoked()::contains).isPresent()
        ? refused(new IllegalArgumentException("has been revoked"))
        : Future.succeededFuture(caller);
  }

  private static Future<Caller> refused(IllegalArgumentException why) {
    return Future.failedFuture(
        Refusal.unauthenticated("The token " + why.getMessage()).asException());
  }
}
