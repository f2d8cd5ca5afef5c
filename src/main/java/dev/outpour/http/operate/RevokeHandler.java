package dev.outpour.http.operate;

import dev.outpour.auth.Authenticator;
import dev.outpour.auth.Caller;
import dev.outpour.auth.Revocation;
import dev.outpour.http.limit.MemoryGuard;
import dev.outpour.http.request.BodyReader;
import dev.outpour.http.request.OriginPolicy;
import dev.outpour.http.request.ProblemResponse;
import dev.outpour.http.request.Query;
import dev.outpour.http.request.RequestAuthenticator;
import dev.outpour.logging.EscapedText;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code POST /revoke}: takes a token or an API key back for whoever may operate the hub.
 * For use on one event loop.
 */
public final class RevokeHandler implements Handler<HttpServerRequest> {

  private static final Logger log = LoggerFactory.getLogger(RevokeHandler.class);

  private static final int MOST_BYTES = 4 * 1024;
  private static final Refusal TOO_LARGE =
      new Refusal(
          413, "A revocation has at most " + MOST_BYTES + " bytes: send one name at a time", 0);
  private static final String JSON = "application/json";

  private final OriginPolicy gate;
  private final RequestAuthenticator access;
  private final Authenticator authority;
  private final RevocationExchange exchange;
  private final MemoryGuard memory;
  private final ProblemResponse problem;

  public RevokeHandler(
      OriginPolicy gate,
      RequestAuthenticator access,
      Authenticator authority,
      RevocationExchange exchange,
      MemoryGuard memory,
      ProblemResponse problem) {
    this.gate = gate;
    this.access = access;
    this.authority = authority;
    this.exchange = exchange;
    this.memory = memory;
    this.problem = problem;
  }

  @Override
  public void handle(HttpServerRequest request) {
    try {
      gate.checkOrigin(request)
          .ifPresent(
              stranger -> {
                throw stranger.asException();
              });
      if (!authority.hasKeys()) {
        throw new Refusal(404, "No keys are configured (auth): there is nothing to revoke", 0)
            .asException();
      }
      Query query = Query.parse(request.query(), Set.of(RequestAuthenticator.PARAMETER), "");
      access.admit(
          request,
          query.one(RequestAuthenticator.PARAMETER),
          caller -> take(request, caller),
          refusal -> problem.send(request, refusal));
    } catch (RefusedException e) {
      problem.send(request, e.refusal());
    }
  }

  private void take(HttpServerRequest request, Caller caller) {
    access.checkOperate(caller, "revoke");
    if (!isJson(request.getHeader(HttpHeaders.CONTENT_TYPE))) {
      throw Refusal.unsupported("Send it with Content-Type: " + JSON).asException();
    }
    BodyReader.proceed(request);
    new BodyReader(request, MOST_BYTES, memory)
        .read(
            body -> revoke(request, caller, body),
            refusal -> problem.send(request, refusal.status() == 413 ? TOO_LARGE : refusal));
  }

  private static boolean isJson(@Nullable String contentType) {
    return contentType != null && contentType.split(";", 2)[0].strip().equalsIgnoreCase(JSON);
  }

  private void revoke(HttpServerRequest request, Caller caller, Buffer body) {
    try {
      Revocation revocation = authority.revocation(body.toString());
      exchange
          .revoke(revocation)
          .onSuccess(
              kept -> {
                log.info(
                    "Revoked '{}' as {} asked",
                    EscapedText.shown(revocation.name()),
                    EscapedText.shown(caller.scope()));
                answer(request, revocation, kept);
              })
          .onFailure(failure -> fail(request, failure));
    } catch (RuntimeException e) {
      fail(request, e);
    }
  }

  private void fail(HttpServerRequest request, Throwable failure) {
    if (failure instanceof RefusedException refused) {
      problem.send(request, refused.refusal());
    } else {
      problem.fail(request, "doing the revocation", failure);
    }
  }

  private static void answer(HttpServerRequest request, Revocation revocation, boolean kept) {
    HttpServerResponse response = request.response();
    if (!response.ended() && !response.closed()) {
      JsonObject answer =
          new JsonObject().put("revoked", revocation.name()).put("kept", kept ? "file" : "memory");
      response
          .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
          .end(answer.encode() + "\n");
    }
  }
}
