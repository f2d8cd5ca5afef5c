package dev.outpour.http;

import dev.outpour.http.HttpSettings.Service;
import dev.outpour.http.connection.FinalResponse;
import dev.outpour.http.publish.PublishHandler;
import dev.outpour.http.request.OriginPolicy;
import dev.outpour.http.request.ProblemResponse;
import dev.outpour.http.request.RequestValidator;
import dev.outpour.http.response.DateHeader;
import dev.outpour.http.response.ProblemBody;
import dev.outpour.http.subscribe.SubscribeHandler;
import dev.outpour.update.Refusal;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/**
 * Where every request comes in: turns strangers away, and spares publishers and readers the way
 * through the router if they write their path as everyone does. For use on one event loop.
 */
final class RequestDispatcher implements Handler<HttpServerRequest> {

  /** Of all paths together. */
  private static final String METHODS = "GET, HEAD, POST, DELETE, OPTIONS";

  private static final int FORBIDDEN = 403;
  private static final int METHOD_NOT_ALLOWED = 405;

  private static final CharSequence TRANSPORT_SECURITY =
      HttpHeaders.createOptimized("Strict-Transport-Security");

  private final OriginPolicy gate;
  private final ProblemResponse problem;
  private final DateHeader today;
  private final Optional<String> transportSecurity;
  private final Optional<SubscribeHandler> subscribe;
  private final Optional<PublishHandler> publish;
  private final Handler<HttpServerRequest> router;

  /**
   * @param router who answers all that this does not, and could answer that too
   */
  RequestDispatcher(
      HttpSettings settings,
      OriginPolicy gate,
      ProblemResponse problem,
      DateHeader today,
      SubscribeHandler subscribe,
      PublishHandler publish,
      Handler<HttpServerRequest> router) {
    this.gate = gate;
    this.problem = problem;
    this.today = today;
    this.transportSecurity = settings.transportSecurity();
    this.subscribe = Optional.of(subscribe).filter(own -> settings.serves(Service.EVENTS));
    this.publish = Optional.of(publish).filter(own -> settings.serves(Service.UPDATE));
    this.router = router;
  }

  @Override
  public void handle(HttpServerRequest request) {
    try {
      if (admits(request)) {
        pass(request);
      }
    } catch (RuntimeException | LinkageError e) {
      problem.fail(request, "answering", e);
    }
  }

  /** Whether a request may go on; if not it has been answered, or is not to be. */
  boolean admits(HttpServerRequest request) {
    if (FinalResponse.isSaid(request)) {
      return false;
    }
    today.on(request.response());
    transportSecurity.ifPresent(value -> request.response().putHeader(TRANSPORT_SECURITY, value));
    Refusal faulty = RequestValidator.check(request);
    if (faulty != null) {
      refuse(request, faulty);
      return false;
    }
    Optional<Refusal> stranger = gate.checkHost(request);
    if (stranger.isPresent()) {
      refuse(request, stranger.get());
      return false;
    }
    begin(request);
    return true;
  }

  /** Whoever does not keep to HTTP is not asked for more on the same connection. */
  private void refuse(HttpServerRequest request, Refusal refusal) {
    if (refusal.status() == FORBIDDEN) {
      problem.send(request, refusal);
      return;
    }
    if (refusal.status() == METHOD_NOT_ALLOWED) {
      request.response().putHeader(HttpHeaders.ALLOW, METHODS);
    }
    problem.sendLast(request, refusal);
  }

  private void begin(HttpServerRequest request) {
    request.response().putHeader(ProblemBody.CONTENT_TYPE_OPTIONS, ProblemBody.NO_SNIFF);
    gate.open(request);
  }

  private void pass(HttpServerRequest request) {
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
