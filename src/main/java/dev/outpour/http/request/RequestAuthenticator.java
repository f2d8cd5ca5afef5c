package dev.outpour.http.request;

import dev.outpour.auth.Authenticator;
import dev.outpour.auth.Caller;
import dev.outpour.auth.Rights;
import dev.outpour.http.response.RequestIds;
import dev.outpour.logging.FailureLog;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Finds the caller of a request by its token. For use on one event loop. */
public final class RequestAuthenticator {

  private static final String HOW =
      "Authorization: Bearer <token>, or access_token=<token> in the query";

  private static final CharSequence CHALLENGE_HEADER =
      HttpHeaders.createOptimized("WWW-Authenticate");

  private static final String CHALLENGE = "Bearer realm=\"outpour\"";

  private final Authenticator authenticator;
  private final Caller anonymous;
  private final RequestToken tokens;
  private final AccessLog accessLog;
  private final FailureLog failures = new FailureLog("Answering");

  /**
   * Creates it.
   *
   * @param cookie the name of the cookie that may carry a token; empty: none
   */
  public RequestAuthenticator(Authenticator authenticator, String cookie, AccessLog accessLog) {
    this.authenticator = authenticator;
    this.anonymous = authenticator.anonymous();
    this.tokens = new RequestToken(cookie);
    this.accessLog = accessLog;
  }

  /**
   * Authenticates the caller, then runs an action: usually at once; otherwise the request is paused
   * until then.
   *
   * @param inQuery the token in the query
   * @param action may throw a {@link RefusedException}
   * @param refused is given the reason if the caller or the action is refused
   */
  public void admit(
      HttpServerRequest request,
      Optional<String> inQuery,
      Consumer<Caller> action,
      Consumer<Refusal> refused) {
    Optional<String> token;
    try {
      if (!authenticator.hasKeys()) {
        Caller caller = withoutKeys(request, inQuery);
        accessLog.name(request, caller);
        run(request, caller, action, refused);
        return;
      }
      token = tokens.of(request, inQuery);
    } catch (RefusedException e) {
      refused.accept(e.refusal());
      return;
    }
    if (token.isEmpty()) {
      admitAnonymous(request, action, refused);
      return;
    }
    Future<Caller> caller = authenticator.authenticate(token.get());
    if (caller.isComplete()) {
      settle(request, caller, action, refused);
    } else {
      request.pause();
      caller.onComplete(
          known -> {
            settle(request, caller, action, refused);
            if (!request.response().closed()) {
              request.resume();
            }
          });
    }
  }

  private Caller withoutKeys(HttpServerRequest request, Optional<String> inQuery) {
    return inQuery.isEmpty() && !request.headers().contains(HttpHeaders.AUTHORIZATION)
        ? anonymous
        : authenticator.withoutKeys(
            Stream.concat(RequestToken.inHeader(request).stream(), inQuery.stream()));
  }

  /**
   * Checks that a caller may operate the hub.
   *
   * @param action what the caller wants to do, for the message
   * @throws RefusedException with status 403
   */
  public void checkOperate(Caller caller, String action) {
    if (!caller.rights().operate()) {
      throw Refusal.forbidden(
              "You may not "
                  + action
                  + (authenticator.hasKeys()
                      ? ": the token's claim \"outpour\", or the API key, needs \"operate\": true"
                      : ": send the operator's token, which the hub logged when it started"))
          .asException();
    }
  }

  /**
   * Checks that a caller who was admitted may go on.
   *
   * @throws RefusedException with status 401 if the token has expired or was revoked
   */
  public void checkStillValid(HttpServerRequest request, Caller caller) {
    Optional<Refusal> lapsed = authenticator.lapsed(caller);
    if (lapsed.isPresent()) {
      challenge(request, lapsed.get(), true);
      throw lapsed.get().asException();
    }
  }

  private void admitAnonymous(
      HttpServerRequest request, Consumer<Caller> action, Consumer<Refusal> refused) {
    if (anonymous.rights().equals(Rights.NONE)) {
      refuse(request, Refusal.unauthenticated("Send a token: " + HOW), false, refused);
      return;
    }
    run(
        request,
        anonymous,
        action,
        // A token may give the right that is missing.
        refusal ->
            refuse(
                request,
                refusal.status() == 403
                    ? Refusal.unauthenticated(
                        "Send a token: " + HOW + ". Without one: " + refusal.detail())
                    : refusal,
                false,
                refused));
  }

  private void settle(
      HttpServerRequest request,
      Future<Caller> caller,
      Consumer<Caller> action,
      Consumer<Refusal> refused) {
    if (caller.succeeded()) {
      accessLog.name(request, caller.result());
      run(request, caller.result(), action, refusal -> refuse(request, refusal, true, refused));
    } else if (caller.cause() instanceof RefusedException known) {
      refuse(request, known.refusal(), true, refused);
    } else {
      fail(request, "checking the token", caller.cause(), refused);
    }
  }

  private void run(
      HttpServerRequest request,
      Caller caller,
      Consumer<Caller> action,
      Consumer<Refusal> refused) {
    if (request.response().closed()) {
      return;
    }
    try {
      action.accept(caller);
    } catch (RefusedException e) {
      refused.accept(e.refusal());
    } catch (RuntimeException | LinkageError e) {
      // Nothing else catches this once the request was paused.
      fail(request, "answering", e, refused);
    }
  }

  private void fail(
      HttpServerRequest request, String doing, Throwable cause, Consumer<Refusal> refused) {
    failures.add(doing + " of the request " + RequestIds.of(request), cause);
    refused.accept(Refusal.failed());
  }

  private static void refuse(
      HttpServerRequest request, Refusal refusal, boolean hasToken, Consumer<Refusal> refused) {
    challenge(request, refusal, hasToken);
    refused.accept(refusal);
  }

  private static void challenge(HttpServerRequest request, Refusal refusal, boolean hasToken) {
    String error =
        switch (refusal.status()) {
          case 401 -> hasToken ? ", error=\"invalid_token\"" : "";
          // RFC 6750, section 3.1.
          case 403 -> ", error=\"insufficient_scope\"";
          default -> null;
        };
    if (error != null) {
      request.response().putHeader(CHALLENGE_HEADER, CHALLENGE + error);
    }
  }
}
