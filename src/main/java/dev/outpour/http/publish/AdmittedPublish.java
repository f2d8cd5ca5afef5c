package dev.outpour.http.publish;

import dev.outpour.auth.Caller;
import dev.outpour.http.limit.ClientKey;
import dev.outpour.http.limit.RateLimiter;
import dev.outpour.http.request.RequestAuthenticator;
import dev.outpour.http.response.RequestIds;
import dev.outpour.update.RefusedException;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * A publish request whose caller was authenticated. For use on the event loop of the request.
 *
 * @param head what the request says about its updates
 * @param rateKey whose rate the updates count for; null: no limit
 */
record AdmittedPublish(
    HttpServerRequest request,
    PublishRequest head,
    Caller caller,
    @Nullable ClientKey rateKey,
    RateLimiter rate,
    RequestAuthenticator authenticator) {

  /**
   * Checks that the caller may still publish.
   *
   * @throws RefusedException with status 401 if its token has expired or was revoked
   */
  void checkStillValid() {
    authenticator.checkStillValid(request, caller);
  }

  /** Reserves some lines; returns for how many milliseconds they have to wait. */
  long reserve(int lines) {
    return rate.reserve(rateKey, lines);
  }

  String id() {
    return RequestIds.of(request);
  }
}
