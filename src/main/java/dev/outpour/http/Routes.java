package dev.outpour.http;

import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.http.HttpSettings.Service;
import dev.outpour.http.health.HealthHandler;
import dev.outpour.http.operate.LocalNode;
import dev.outpour.http.operate.RevokeHandler;
import dev.outpour.http.operate.SubscriberCounts;
import dev.outpour.http.operate.SubscribersHandler;
import dev.outpour.http.publish.PublishHandler;
import dev.outpour.http.request.ProblemResponse;
import dev.outpour.http.response.FullResponse;
import dev.outpour.http.socket.Sockets;
import dev.outpour.http.subscribe.SubscribeHandler;
import dev.outpour.log.LocalLog;
import dev.outpour.metrics.PrometheusMetrics;
import dev.outpour.update.Refusal;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which path is answered by whom, as far as the configuration names it. */
final class Routes {

  /** Where readers read. */
  static final String EVENTS = "/events";

  /** Where publishers publish. */
  static final String UPDATE = "/update";

  /** What pages of anywhere read with; of a plain path the handler of files would cut it off. */
  private static final String HELPER = "/outpour\\.js";

  /** Where tokens and keys are taken back. */
  static final String REVOKE = "/revoke";

  /** Where it is said what is read. */
  static final String TOPICS = "/topics";

  /** Where it is said who reads, and where readers are sent away. */
  static final String READERS = "/readers";

  /** What is asked by those who start and end processes. */
  static final String HEALTH = "/health";

  /** What Prometheus reads. */
  static final String METRICS = "/metrics";

  /** What programs read that want to know what can be asked here. */
  static final String OPENAPI = "/openapi.json";

  private static final String READ = "GET, HEAD";

  private static final String CONSOLE = "/console\\.html|/console/.+";

  /** What the pages have in common. */
  private static final String PARTS = "/vendor/.+|/[a-z-]+\\.(js|css|svg)";

  private static final Logger log = LoggerFactory.getLogger(Routes.class);

  /**
   * The page needs its own scripts and styles and a connection to this server, and nothing else.
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final String CORS_SECONDS = "600";

  private final Vertx vertx;
  private final HttpSettings settings;
  private final ProblemResponse problem;

  Routes(Vertx vertx, HttpSettings settings, ProblemResponse problem) {
    this.vertx = vertx;
    this.settings = settings;
    this.problem = problem;
  }

  Router router(
      SubscribeHandler subscribe,
      PublishHandler publish,
      RevokeHandler revoke,
      SubscribersHandler who,
      LocalLog log,
      HealthHandler health,
      PrometheusMetrics metrics) {
    Router router = Router.router(vertx);
    if (settings.serves(Service.EVENTS)) {
      router.get(EVENTS).handler(context -> subscribe.handle(context.request()));
      router.head(EVENTS).handler(context -> subscribe.handle(context.request()));
      only(router, EVENTS, READ);
    }
    if (settings.serves(Service.UPDATE)) {
      router.post(UPDATE).handler(context -> publish.handle(context.request()));
      only(router, UPDATE, "POST");
    }
    if (settings.serves(Service.REVOKE)) {
      router.post(REVOKE).handler(context -> revoke.handle(context.request()));
      only(router, REVOKE, "POST");
    }
    if (settings.serves(Service.TOPICS)) {
      route(router, TOPICS, context -> who.topics(context.request()));
    }
    if (settings.serves(Service.READERS)) {
      route(router, READERS, context -> who.readers(context.request()));
      router
          .delete(READERS + "/:id")
          .handler(context -> who.end(context.request(), context.pathParam("id")));
      only(router, READERS + "/:id", "DELETE");
    }
    if (settings.serves(Service.HEALTH)) {
      route(router, HEALTH + "/live", health::live);
      route(router, HEALTH + "/ready", health::ready);
      route(router, HEALTH, health::ready);
    }
    if (settings.serves(Service.METRICS)) {
      route(router, METRICS, context -> scrape(context, log, metrics));
    }
    if (settings.serves(Service.OPENAPI)) {
      route(router, OPENAPI, new ApiDescription(vertx));
    }
    pages(router);
    router.route().handler(this::notFound);
    router.route().failureHandler(this::failed);
    return router;
  }

  /** A path that is read, with its head alone or in full. */
  private void route(Router router, String path, Handler<RoutingContext> handler) {
    router.get(path).handler(handler);
    router.head(path).handler(handler);
    only(router, path, READ);
  }

  /** What else is asked of a path: whether a page of a listed origin may, or a wrong method. */
  private void only(Router router, String path, String methods) {
    router.options(path).handler(context -> preflight(context, methods));
    router.route(path).handler(context -> refuseMethod(context, path, methods));
  }

  private void refuseMethod(RoutingContext context, String path, String methods) {
    context.response().putHeader(HttpHeaders.ALLOW, methods + ", OPTIONS");
    String detail = "Only " + methods + " is answered at " + path;
    problem.send(context.request(), new Refusal(405, detail, 0));
  }

  private void preflight(RoutingContext context, String methods) {
    HttpServerResponse response = context.response().setStatusCode(204);
    response.putHeader(HttpHeaders.ALLOW, methods + ", OPTIONS");
    if (response.headers().contains(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN)) {
      response
          .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, methods)
          .putHeader(
              HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS,
              "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, X-Request-Id")
          .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, CORS_SECONDS);
    }
    response.end();
  }

  /** The page brings all there is, but for the console, which is there if it is named. */
  private void pages(Router router) {
    if (!settings.serves(Service.CONSOLE)) {
      router.routeWithRegex(CONSOLE).handler(this::notFound);
    }
    Handler<RoutingContext> files = files();
    if (settings.serves(Service.PAGE)) {
      router.route().handler(files);
    } else if (settings.serves(Service.CONSOLE)) {
      router.routeWithRegex(CONSOLE + "|" + PARTS).handler(files);
    } else if (settings.serves(Service.EVENTS)) {
      router.routeWithRegex(HELPER).handler(files);
    }
  }

  private Handler<RoutingContext> files() {
    StaticFiles files =
        new StaticFiles(
            vertx,
            context -> {
              if (context.request().method().equals(HttpMethod.OPTIONS)) {
                preflight(context, READ);
              } else {
                refuseMethod(context, context.request().path(), READ);
              }
            });
    return context -> {
      context
          .response()
          .putHeader("Content-Security-Policy", POLICY)
          .putHeader("Referrer-Policy", "no-referrer");
      files.handle(context);
    };
  }

  /** Counts are there; how the readers stand is asked for now. */
  private void scrape(RoutingContext context, LocalLog log, PrometheusMetrics metrics) {
    LogDescription known = log.description();
    long last = known == null ? 0 : known.head().last();
    LocalNode.of(vertx)
        .ask(vertx, audience -> SubscriberCounts.of(audience, last, Map.of()))
        .map(SubscriberCounts::sum)
        .onSuccess(
            census -> {
              metrics.standing(census.behind(), census.furthestBehind());
              answer(context, metrics);
            });
  }

  private static void answer(RoutingContext context, PrometheusMetrics metrics) {
    HttpServerResponse response = context.response();
    if (!response.ended() && !response.closed()) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
      FullResponse.end(context.request(), Buffer.buffer(metrics.scrape()));
    }
  }

  private void notFound(RoutingContext context) {
    problem.send(
        context.request(),
        new Refusal(404, "There is nothing at this path: check its spelling, and http.serve", 0));
  }

  private void failed(RoutingContext context) {
    int status = context.statusCode();
    if (hasLeft(context)) {
      log.debug("A client has left before it had its answer", context.failure());
    } else if (status < 0 || status >= 500) {
      problem.fail(context.request(), "answering", context.failure());
    } else {
      problem.send(context.request(), new Refusal(status, "The request cannot be answered", 0));
    }
  }

  /** Whether the connection has ended, or of HTTP/2 the stream, for whatever reason. */
  private static boolean hasLeft(RoutingContext context) {
    return context.response().closed() || !Sockets.of(context.request().connection()).isActive();
  }
}
