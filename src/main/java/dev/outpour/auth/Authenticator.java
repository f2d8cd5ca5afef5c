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
 * Knows who someone is by what they bring, and what they may: tokens by the keys that signed them,
 * API keys by their hashes. For use on one event loop, which it never blocks.
 */
public final class Authenticator {

  private static final Refusal NO_ROOM =
      new Refusal(
          503,
          Revocations.MOST
              + " revocations were asked for, and no more are kept: give \"until\" with them, use"
              + " auth.revokedFile, or change the key that tokens are signed with",
          0);

  private final AuthSettings settings;
  private final Clock clock;
  private final Caller anonymous;
  private final Caller operator;
  private final String operatorToken;
  private final Keyring ring;
  private final TokenCache known = new TokenCache();
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
   * Begins on the event loop of the caller; fails with a {@link CannotStartException} if a file
   * cannot be used. A key server may be away.
   */
  public static Future<Authenticator> start(Vertx vertx, AuthSettings settings, Clock clock) {
    return Keyring.of(vertx, settings)
        .map(ring -> new Authenticator(settings, clock, ring, OperatorToken.of(vertx)));
  }

  /** Someone who brings nothing. */
  public Caller anonymous() {
    return anonymous;
  }

  /** Whether there are keys, so that it can be told who someone is. */
  public boolean hasKeys() {
    return settings.hasKeys();
  }

  /**
   * Who someone is on a hub without keys: whoever brings the token of this process operates it, and
   * all else that is brought makes no difference.
   */
  public Caller withoutKeys(Stream<String> brought) {
    return brought.anyMatch(secret -> OperatorToken.isSame(operatorToken, secret))
        ? operator
        : anonymous;
  }

  /** What is revoked: another set each time when that has changed. */
  public Set<String> revoked() {
    return ring.revocations().names();
  }

  /** What is revoked, for all event loops of this Vert.x and this configuration. */
  public Revocations revocations() {
    return ring.revocations();
  }

  /**
   * Reads what somebody asks to be revoked.
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
   * Takes something back, at once in this process, unless that has ended already.
   *
   * @return whether it stands in the file, too, and outlives the process; fails with a {@link
   *     RefusedException} if there was no room for all: then those count for which there was
   */
  public Future<Boolean> revoke(List<Revocation> some) {
    long now = clock.millis();
    List<Revocation> lasting = some.stream().filter(each -> each.endMillis() > now).toList();
    boolean room = revocations().add(lasting, now);
    Set<String> known = revoked();
    List<Revocation> taken = lasting.stream().filter(each -> known.contains(each.name())).toList();
    Future<Boolean> kept = taken.isEmpty() ? Future.succeededFuture(false) : ring.keep(taken);
    return room ? kept : kept.compose(done -> Future.failedFuture(NO_ROOM.asException()));
  }

  /** Forgets what was asked for and has ended. */
  public void forgetEnded() {
    revocations().add(List.of(), clock.millis());
  }

  /**
   * Who brings a token or an API key. Fails with a {@link RefusedException}: 401 if it does not
   * count, 503 if that cannot be told now. It has mostly completed when it is returned.
   */
  public Future<Caller> authenticate(String secret) {
    refreshKeys();
    Caller seen = known.get(secret, clock.millis());
    return seen != null ? notRevoked(seen) : authenticateAnew(secret);
  }

  /** Why someone who was let in may not go on with what they do, if that is so. */
  public Optional<Refusal> lapsed(Caller caller) {
    boolean counts =
        caller.endMillis() > clock.millis()
            && caller.revocableAs().filter(revoked()::contains).isEmpty();
    return counts
        ? Optional.empty()
        : Optional.of(Refusal.unauthenticated("The token has expired or has been revoked"));
  }

  private void refreshKeys() {
    if (keys != ring.keys()) {
      keys = ring.keys();
      known.clear();
    }
  }

  private Future<Caller> authenticateAnew(String secret) {
    Optional<ApiKey> key = ApiKey.find(settings.apiKeys(), secret);
    if (key.isPresent()) {
      Caller caller = Caller.ofKey(key.get().name(), key.get().rights());
      return notRevoked(caller.withAlso(anonymous.rights()));
    }
    try {
      Token token = Token.parse(secret);
      if (settings.jwksUrl().isEmpty()
          || known.isBad(secret)
          || !token.mayNeedAnotherKeyThan(keys)) {
        return accept(secret, token);
      }
      // With whatever key: what does not count anyhow costs the key server nothing.
      token.unverified().check(settings, clock.millis());
      return ring.seek().compose(told -> told ? acceptOrRemember(secret, token) : cannotTell());
    } catch (IllegalArgumentException e) {
      return refused(e);
    }
  }

  private Future<Caller> acceptOrRemember(String secret, Token token) {
    refreshKeys();
    if (token.mayNeedAnotherKeyThan(keys)) {
      known.putBad(secret);
    }
    return accept(secret, token);
  }

  private static Future<Caller> cannotTell() {
    return Future.failedFuture(
        Refusal.unavailable(
                "The token is signed with a key that is not known yet, and the key server does not"
                    + " answer: try again later")
            .asException());
  }

  private Future<Caller> accept(String secret, Token token) {
    try {
      Caller caller = token.claims(token.candidates(keys)).check(settings, clock.millis());
      Caller accepted = caller.withAlso(anonymous.rights());
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
