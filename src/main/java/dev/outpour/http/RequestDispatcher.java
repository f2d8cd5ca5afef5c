package dev.outpour.http;

import dev.outpour.http.HttpSettings.Service;
import dev.outpour.http.connection.FinalResponse;
import dev.outpour.http.publish.PublishHandler;
import dev.outpour.http.request.OriginPolicy;
import dev.outpour.http.request.ProblemResponse;
import dev.outpour.http.request.RequestChecks;
import dev.outpour.http.request.RequestValidator;
import dev.outpour.http.response.DateHeader;
import dev.outpour.http.response.ProblemBody;
import dev.outpour.http.subscribe.SubscribeHandler;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.util.Optional;

/**
 * The entry point of all requests: validates them, and passes those with the usual spelling of
 * {@code /events} and {@code /update} on without the router. For use on one event loop.
 */
final class RequestDispatcher implements Handler<HttpServerRequest> {

  /** The methods of all paths together. */
  private static final String METHODS = "GET, HEAD, POST, DELETE, OPTIONS";

  private static final int FORBIDDEN = 403;
  private static final int METHOD_NOT_ALLOWED = 405;

  private static final CharSequence TRANSPORT_SECURITY =
      HttpHeaders.createOptimized("Strict-Transport-Security");

  private final OriginPolicy origins;
  private final ProblemResponse problems;
  private final DateHeader date;
  private final Optional<String> transportSecurity;
  private final Optional<SubscribeHandler> subscribe;
  private final Optional<PublishHandler> publish;
  private final Router router;

  /**
   * @param router answers all requests, also those that this could answer
   */
  RequestDispatcher(
      HttpSettings settings,
      RequestChecks checks,
      DateHeader date,
      RequestHandlers handlers,
      Router router) {
    this.origins = checks.origins();
    this.problems = checks.problems();
    this.date = date;
    this.transportSecurity = settings.transportSecurity();
    this.subscribe =
        Optional.of(handlers.subscribe()).filter(own -> settings.serves(Service.EVENTS));
    this.publish = Optional.of(handlers.publish()).filter(own -> settings.serves(Service.UPDATE));
    this.router = router;
  }

  Router router() {
    return router;
  }

  @Override
  public void handle(HttpServerRequest request) {
    try {
      if (admits(request)) {
        dispatch(request);
      }
    } catch (RefusedException e) {
      problems.send(request, e.refusal());
    } catch (RuntimeException | LinkageError e) {
      problems.fail(request, "answering", e);
    }
  }

  /** Whether a request may go on; otherwise it has been answered, or needs no answer. */
  boolean admits(HttpServerRequest request) {
    if (FinalResponse.isSet(request)) {
      return false;
    }
    date.set(request.response());
    transportSecurity.ifPresent(value -> request.response().putHeader(TRANSPORT_SECURITY, value));
    try {
      RequestValidator.check(request);
      origins.checkHost(request);
    } catch (RefusedException e) {
      refuse(request, e.refusal());
      return false;
    }
    request.response().putHeader(ProblemBody.CONTENT_TYPE_OPTIONS, ProblemBody.NO_SNIFF);
    origins.allowReading(request);
    return true;
  }

  /** After a violation of HTTP, no further request on the connection is read. */
  private void refuse(HttpServerRequest request, Refusal refusal) {
    if (refusal.status() == FORBIDDEN) {
      problems.send(request, refusal);
      return;
    }
    if (refusal.status() == METHOD_NOT_ALLOWED) {
      request.response().putHeader(HttpHeaders.ALLOW, METHODS);
    }
    problems.sendLast(request, refusal);
  }

  private void dispatch(HttpServerRequest request) {
    HttpMethod method = request.method();
    String path = request.path();
    if (publish.isPresent() && method.equals(HttpMethod.POST) && Routes.UPDATE.equals(path)) {
      publish.get().handle(request);
    } else if (subscribe.isPresent()
        && (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD))
        && Routes.EVENTS.equals(path)) {
      subscribe.get().handle(request);
    } else if (method.equals(HttpMethod.OPTIONS) && "*".equals(request.uri())) {
      request.response().putHeader(HttpHeaders.ALLOW, METHODS).setStatusCode(204).end();
    } else {
      router.handle(request);
    }
  }
}
