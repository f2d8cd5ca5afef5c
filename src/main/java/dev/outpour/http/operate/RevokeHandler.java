package dev.outpour.http.operate;

import dev.outpour.auth.Authenticator;
import dev.outpour.auth.Caller;
import dev.outpour.auth.Revocation;
import dev.outpour.http.limit.MemoryGuard;
import dev.outpour.http.request.BodyReader;
import dev.outpour.http.request.ProblemResponse;
import dev.outpour.http.request.Query;
import dev.outpour.http.request.RequestChecks;
import dev.outpour.http.response.FullResponse;
import dev.outpour.logging.EscapedText;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code POST /revoke}: revokes a token or an API key for callers who may operate the hub.
 * For use on one event loop.
 */
public final class RevokeHandler implements Handler<HttpServerRequest> {

  private static final Logger log = LoggerFactory.getLogger(RevokeHandler.class);

  private static final int MAX_BYTES = 4 * 1024;
  private static final Refusal TOO_LARGE =
      new Refusal(
          413, "A revocation may have at most " + MAX_BYTES + " bytes: send one name at a time", 0);
  private static final String JSON = "application/json";

  private final RequestChecks checks;
  private final Authenticator authenticator;
  private final RevocationExchange exchange;
  private final MemoryGuard memory;
  private final ProblemResponse problems;

  public RevokeHandler(
      RequestChecks checks,
      Authenticator authenticator,
      RevocationExchange exchange,
      MemoryGuard memory) {
    this.checks = checks;
    this.problems = checks.problems();
    this.authenticator = authenticator;
    this.exchange = exchange;
    this.memory = memory;
  }

  /**
   * Answers a request.
   *
   * @throws RefusedException if the request is refused before its caller is known
   */
  @Override
  public void handle(HttpServerRequest request) {
    checks.origins().checkOrigin(request);
    if (!authenticator.hasKeys()) {
      throw new Refusal(404, "No keys are configured (auth): there is nothing to revoke", 0)
          .asException();
    }
    Query query = Query.parse(request.query(), Set.of(Query.ACCESS_TOKEN), "");
    checks.admit(request, query.one(Query.ACCESS_TOKEN), caller -> read(request, caller));
  }

  private void read(HttpServerRequest request, Caller caller) {
    checks.authenticator().checkOperate(caller, "revoke");
    if (!isJson(request.getHeader(HttpHeaders.CONTENT_TYPE))) {
      throw Refusal.unsupported("Unsupported content type: send " + JSON).asException();
    }
    BodyReader.proceed(request);
    new BodyReader(request, MAX_BYTES, memory)
        .read(
            body -> revoke(request, caller, body),
            refusal -> problems.send(request, refusal.status() == 413 ? TOO_LARGE : refusal));
  }

  private static boolean isJson(@Nullable String contentType) {
    return contentType != null && contentType.split(";", 2)[0].strip().equalsIgnoreCase(JSON);
  }

  private void revoke(HttpServerRequest request, Caller caller, Buffer body) {
    try {
      Revocation revocation = authenticator.revocation(body.toString());
      exchange
          .revoke(revocation)
          .onSuccess(
              kept -> {
                log.info(
                    "Revoked '{}', requested by {}",
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
      problems.send(request, refused.refusal());
    } else {
      problems.fail(request, "revoking", failure);
    }
  }

  private static void answer(HttpServerRequest request, Revocation revocation, boolean kept) {
    FullResponse.sendJson(
        request,
        new JsonObject().put("revoked", revocation.name()).put("kept", kept ? "file" : "memory"));
  }
}
