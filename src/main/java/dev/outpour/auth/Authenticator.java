package dev.outpour.auth;

import dev.outpour.settings.CannotStartException;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Authenticates callers by their token or API key, and knows their rights. It is confined to one
 * event loop, and never blocks it.
 */
public final class Authenticator {

  private static final Refusal NO_ROOM =
      new Refusal(
          503,
          Revocations.MOST
              + " revocations are remembered, and there is room for no more: send \"until\" with them,"
              + " use auth.revokedFile, or change the key that signs the tokens",
          0);

  private final AuthSettings settings;
  private final Clock clock;
  private final Caller anonymous;
  private final Caller operator;
  private final String operatorToken;
  private final Keyring ring;
  private final TokenCache cache = new TokenCache();
  private List<VerificationKey> keys = List.of();

  private Authenticator(AuthSettings settings, Clock clock, Keyring ring, String operatorToken) {
    this.settings = settings;
    this.clock = clock;
    this.ring = ring;
    this.anonymous = Caller.anonymous(settings.withoutToken());
    this.operator = Caller.operator(settings.withoutToken());
    this.operatorToken = operatorToken;
  }

  /**
   * Starts on the event loop of the caller. Fails with a {@link CannotStartException} if a file
   * cannot be used. A key server may be unavailable.
   */
  public static Future<Authenticator> start(Vertx vertx, AuthSettings settings, Clock clock) {
    return Keyring.of(vertx, settings)
        .map(ring -> new Authenticator(settings, clock, ring, OperatorToken.of(vertx)));
  }

  /** The caller without a token. */
  public Caller anonymous() {
    return anonymous;
  }

  /** Whether there are keys, so that callers can be identified. */
  public boolean hasKeys() {
    return settings.hasKeys();
  }

  /**
   * The caller on a hub without keys: the operator if the token of this process is among the
   * secrets, otherwise the caller without a token.
   */
  public Caller withoutKeys(Stream<String> secrets) {
    return secrets.anyMatch(secret -> OperatorToken.isSame(operatorToken, secret))
        ? operator
        : anonymous;
  }

  /** The names that are revoked. The set is replaced whenever it changes. */
  public Set<String> revoked() {
    return ring.revocations().names();
  }

  /** The revocations that all event loops of this Vert.x share for this configuration. */
  public Revocations revocations() {
    return ring.revocations();
  }

  /**
   * Parses a request to revoke a token or an API key.
   *
   * @throws RefusedException with status 400, or 404 if there is no such API key
   */
  public Revocation revocation(String json) {
    Set<String> names =
        settings.apiKeys().stream().map(ApiKey::name).collect(Collectors.toUnmodifiableSet());
    try {
      return Revocation.parse(json, names, clock.millis());
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest(String.valueOf(e.getMessage())).asException();
    }
  }

  /**
   * Revokes tokens and API keys in this process at once. Revocations that have ended are ignored.
   *
   * @return whether they are in the file, too, and outlive the process. Fails with a {@link
   *     RefusedException} if there was no room for all; those that had room are in force
   */
  public Future<Boolean> revoke(List<Revocation> revocations) {
    long now = clock.millis();
    List<Revocation> lasting = revocations.stream().filter(each -> each.endMillis() > now).toList();
    boolean room = revocations().add(lasting, now);
    Set<String> known = revoked();
    List<Revocation> taken = lasting.stream().filter(each -> known.contains(each.name())).toList();
    Future<Boolean> kept = taken.isEmpty() ? Future.succeededFuture(false) : ring.keep(taken);
    return room ? kept : kept.compose(done -> Future.failedFuture(NO_ROOM.asException()));
  }

  /** Forgets revocations that have ended. */
  public void forgetEnded() {
    revocations().add(List.of(), clock.millis());
  }

  /**
   * Authenticates a token or an API key. Fails with a {@link RefusedException}: 401 if it is
   * invalid, 503 if that is unknown for now. The future is usually complete when it is returned.
   */
  public Future<Caller> authenticate(String secret) {
    refreshKeys();
    Caller seen = cache.get(secret, clock.millis());
    return seen != null ? unlessRevoked(seen) : authenticateUncached(secret);
  }

  /** The refusal of an admitted caller whose token has expired or was revoked since. */
  public Optional<Refusal> lapsed(Caller caller) {
    boolean valid =
        caller.endMillis() > clock.millis()
            && caller.revocableAs().filter(revoked()::contains).isEmpty();
    return valid
        ? Optional.empty()
        : Optional.of(Refusal.unauthenticated("The token has expired or has been revoked"));
  }

  private void refreshKeys() {
    if (keys != ring.keys()) {
      keys = ring.keys();
      cache.clear();
    }
  }

  private Future<Caller> authenticateUncached(String secret) {
    Optional<ApiKey> key = ApiKey.find(settings.apiKeys(), secret);
    if (key.isPresent()) {
      Caller caller = Caller.ofKey(key.get().name(), key.get().rights());
      return unlessRevoked(caller.withAlso(anonymous.rights()));
    }
    try {
      Token token = Token.parse(secret);
      if (settings.jwksUrl().isEmpty()
          || cache.isBad(secret)
          || !token.mayNeedAnotherKeyThan(keys)) {
        return accept(secret, token);
      }
      // A token that is invalid with any key causes no fetch.
      token.unverified().check(settings, clock.millis());
      return ring.refresh()
          .compose(
              answered -> answered ? acceptOrRememberAsBad(secret, token) : keyServerIsSilent());
    } catch (IllegalArgumentException e) {
      return refused(e);
    }
  }

  private Future<Caller> acceptOrRememberAsBad(String secret, Token token) {
    refreshKeys();
    if (token.mayNeedAnotherKeyThan(keys)) {
      cache.putBad(secret);
    }
    return accept(secret, token);
  }

  private static Future<Caller> keyServerIsSilent() {
    return Future.failedFuture(
        Refusal.unavailable(
                "The token is signed with an unknown key, and the key server does not answer: try again"
                    + " later")
            .asException());
  }

  private Future<Caller> accept(String secret, Token token) {
    try {
      Caller caller = token.claims(token.candidates(keys)).check(settings, clock.millis());
      Caller accepted = caller.withAlso(anonymous.rights());
      cache.put(secret, accepted);
      return unlessRevoked(accepted);
    } catch (IllegalArgumentException e) {
      return refused(e);
    }
  }

  private Future<Caller> unlessRevoked(Caller caller) {
    return caller.revocableAs().filter(revoked()::contains).isPresent()
        ? refused(new IllegalArgumentException("has been revoked"))
        : Future.succeededFuture(caller);
  }

  private static Future<Caller> refused(IllegalArgumentException fault) {
    return Future.failedFuture(
        Refusal.unauthenticated("The token " + fault.getMessage()).asException());
  }
}
