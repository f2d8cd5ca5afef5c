package dev.outpour.http.request;

import dev.outpour.auth.Caller;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What checks the requests of one event loop, and answers those that are refused. For use on that
 * loop.
 *
 * @param origins who may publish and manage from a browser
 * @param authenticator finds the caller
 * @param accessLog records requests and their outcomes
 * @param problems answers refusals
 */
public record RequestChecks(
    OriginPolicy origins,
    RequestAuthenticator authenticator,
    AccessLog accessLog,
    ProblemResponse problems) {

  /**
   * Authenticates the caller of a request, then runs an action; answers if either is refused.
   *
   * @param queryToken the token in the query
   * @param action may throw a {@link dev.outpour.update.RefusedException}
   */
  public void admit(
      HttpServerRequest request, Optional<String> queryToken, Consumer<Caller> action) {
    authenticator.admit(request, queryToken, action, refusal -> problems.send(request, refusal));
  }
}
