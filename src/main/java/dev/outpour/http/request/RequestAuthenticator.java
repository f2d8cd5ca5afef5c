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
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Finds out who makes a request: by {@code Authorization: Bearer}, by the query or by a cookie. For
 * use on one event loop.
 */
public final class RequestAuthenticator {

  /** The parameter of a query that a token may be in. */
  public static final String PARAMETER = "access_token";

  private static final String SCHEME = "Bearer";

  /** How a token is sent. */
  private static final String HOW =
      "Authorization: Bearer <token>, or access_token=<token> in the query";

  private static final CharSequence CHALLENGE_HEADER =
      HttpHeaders.createOptimized("WWW-Authenticate");

  private static final String CHALLENGE = "Bearer realm=\"outpour\"";

  private final Authenticator authority;
  private final Caller anonymous;
  private final String cookie;
  private final AccessLog visits;
  private final FailureLog mishaps = new FailureLog("Answering");

  /**
   * Creates it.
   *
   * @param cookie the name of the cookie that a token may be in; empty for none
   */
  public RequestAuthenticator(Authenticator authority, String cookie, AccessLog visits) {
    this.visits = visits;
    this.authority = authority;
    this.anonymous = authority.anonymous();
    this.cookie = cookie;
  }

  /**
   * Goes on with who makes a request, mostly at once; otherwise the request is paused until then.
   *
   * @param inQuery the token in its query
   * @param admitted may throw a {@link RefusedException}
   * @param refused given the reason if it is not to be done
   */
  public void admit(
      HttpServerRequest request,
      Optional<String> inQuery,
      Consumer<Caller> admitted,
      Consumer<Refusal> refused) {
    if (!authority.hasKeys()) {
      Caller caller = withoutKeys(request, inQuery);
      visits.name(request, caller);
      go(request, caller, admitted, refused);
      return;
    }
    Optional<String> token;
    try {
      token = token(request, inQuery);
    } catch (RefusedException e) {
      refuse(request, e.refusal(), true, refused);
      return;
    }
    if (token.isEmpty()) {
      admitAnonymous(request, admitted, refused);
      return;
    }
    Future<Caller> caller = authority.authenticate(token.get());
    if (caller.isComplete()) {
      settle(request, caller, admitted, refused);
    } else {
      request.pause();
      caller.onComplete(
          known -> {
            settle(request, caller, admitted, refused);
            if (!request.response().closed()) {
              request.resume();
            }
          });
    }
  }

  private Caller withoutKeys(HttpServerRequest request, Optional<String> inQuery) {
    List<String> headers = request.headers().getAll(HttpHeaders.AUTHORIZATION);
    return headers.isEmpty() && inQuery.isEmpty()
        ? anonymous
        : authority.withoutKeys(Stream.concat(inHeader(headers).stream(), inQuery.stream()));
  }

  /**
   * Checks that who makes a request may operate the hub.
   *
   * @param what what that takes the right to, for people to read
   * @throws RefusedException with status 403
   */
  public void checkOperate(Caller caller, String what) {
    if (!caller.rights().operate()) {
      throw Refusal.forbidden(
              "You may not "
                  + what
                  + (authority.hasKeys()
                      ? ": the token's claim \"outpour\", or the API key, needs \"operate\": true"
                      : ": send the operator's token, which the hub has logged at its start"))
          .asException();
    }
  }

  /** Why a request of someone who was admitted is not to go on, if that is so. */
  public Optional<Refusal> lapsed(HttpServerRequest request, Caller caller) {
    Optional<Refusal> lapsed = authority.lapsed(caller);
    lapsed.ifPresent(refusal -> refuse(request, refusal, true, said -> {}));
    return lapsed;
  }

  private void admitAnonymous(
      HttpServerRequest request, Consumer<Caller> admitted, Consumer<Refusal> refused) {
    if (anonymous.rights().equals(Rights.NONE)) {
      refuse(request, Refusal.unauthenticated("Send a token: " + HOW), false, refused);
      return;
    }
    go(
        request,
        anonymous,
        admitted,
        // Whoever may not without a token may with one.
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
      Consumer<Caller> admitted,
      Consumer<Refusal> refused) {
    if (caller.succeeded()) {
      visits.name(request, caller.result());
      go(request, caller.result(), admitted, refusal -> refuse(request, refusal, true, refused));
    } else if (caller.cause() instanceof RefusedException known) {
      refuse(request, known.refusal(), true, refused);
    } else {
      fail(request, "checking the token", caller.cause(), refused);
    }
  }

  private void go(
      HttpServerRequest request,
      Caller caller,
      Consumer<Caller> admitted,
      Consumer<Refusal> refused) {
    if (request.response().closed()) {
      return;
    }
    try {
      admitted.accept(caller);
    } catch (RefusedException e) {
      refused.accept(e.refusal());
    } catch (RuntimeException | LinkageError e) {
      // Nobody else sees what is thrown once the request was paused.
      fail(request, "answering", e, refused);
    }
  }

  private void fail(
      HttpServerRequest request, String doing, Throwable cause, Consumer<Refusal> refused) {
    mishaps.add(doing + " of the request " + RequestIds.of(request), cause);
    refused.accept(Refusal.failed());
  }

  private static void refuse(
      HttpServerRequest request, Refusal refusal, boolean bad, Consumer<Refusal> refused) {
    String error =
        switch (refusal.status()) {
          case 401 -> bad ? ", error=\"invalid_token\"" : "";
          // RFC 6750, section 3.1.
          case 403 -> ", error=\"insufficient_scope\"";
          default -> null;
        };
    if (error != null) {
      request.response().putHeader(CHALLENGE_HEADER, CHALLENGE + error);
    }
    refused.accept(refusal);
  }

  private Optional<String> token(HttpServerRequest request, Optional<String> inQuery) {
    Optional<String> inHeader = inHeader(request.headers().getAll(HttpHeaders.AUTHORIZATION));
    if (inHeader.isPresent() && inQuery.isPresent() && !inHeader.equals(inQuery)) {
      throw Refusal.badRequest(
              "The header Authorization and the parameter " + PARAMETER + " differ: give one")
          .asException();
    }
    return inHeader.or(() -> inQuery).or(() -> inCookie(request));
  }

  private static Optional<String> inHeader(List<String> headers) {
    if (headers.size() > 1) {
      throw Refusal.badRequest("The header Authorization is there twice: give one").asException();
    }
    if (headers.isEmpty()) {
      return Optional.empty();
    }
    String[] parts = headers.get(0).split(" ", 2);
    // What is of another scheme is for a proxy, such as the Basic of nginx.
    return parts[0].equalsIgnoreCase(SCHEME)
        ? Optional.of(parts.length == 1 ? "" : parts[1].strip())
        : Optional.empty();
  }

  private Optional<String> inCookie(HttpServerRequest request) {
    if (cookie.isEmpty()) {
      return Optional.empty();
    }
    // In HTTP/2 each cookie may come in a header of its own (RFC 9113, section 8.2.3).
    List<String> values =
        request.headers().getAll(HttpHeaders.COOKIE).stream()
            .flatMap(header -> Stream.of(header.split(";")))
            .map(pair -> pair.split("=", 2))
            .filter(pair -> pair.length == 2 && pair[0].strip().equals(cookie))
            .map(pair -> pair[1].strip())
            .toList();
    if (values.size() > 1) {
      // Such as that of a page of a subdomain, which can set one for this host, too.
      throw Refusal.badRequest("The cookie '" + cookie + "' is there twice: give one")
          .asException();
    }
    return values.stream().map(RequestAuthenticator::unquoted).findFirst();
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
