package dev.outpour.http;

import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.http.HttpSettings.Service;
import dev.outpour.http.operate.LocalNode;
import dev.outpour.http.operate.SubscriberCounts;
import dev.outpour.http.request.ProblemResponse;
import dev.outpour.http.response.FullResponse;
import dev.outpour.http.socket.Sockets;
import dev.outpour.log.LocalLog;
import dev.outpour.metrics.PrometheusMetrics;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
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

/** Maps the paths that the configuration serves to their handlers. */
final class Routes {

  static final String EVENTS = "/events";
  static final String UPDATE = "/update";
  static final String REVOKE = "/revoke";
  static final String TOPICS = "/topics";
  static final String READERS = "/readers";
  static final String HEALTH = "/health";
  static final String METRICS = "/metrics";
  static final String OPENAPI = "/openapi.json";

  private static final String READ = "GET, HEAD";

  /** The JavaScript client; a pattern, since for a plain path the file handler would cut it off. */
  private static final String HELPER = "/outpour\\.js";

  private static final String CONSOLE = "/console\\.html|/console/.+";

  /** Files that all pages use. */
  private static final String PARTS = "/vendor/.+|/[a-z-]+\\.(js|css|svg)";

  private static final Logger log = LoggerFactory.getLogger(Routes.class);

  private static final String CORS_SECONDS = "600";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Vertx vertx;
  private final HttpSettings settings;
  private final ProblemResponse problems;

  Routes(Vertx vertx, HttpSettings settings, ProblemResponse problems) {
    this.vertx = vertx;
    this.settings = settings;
    this.problems = problems;
  }

  Router router(RequestHandlers handlers) {
    Router router = Router.router(vertx);
    if (settings.serves(Service.EVENTS)) {
      router.get(EVENTS).handler(context -> handlers.subscribe().handle(context.request()));
      router.head(EVENTS).handler(context -> handlers.subscribe().handle(context.request()));
      only(router, EVENTS, READ);
    }
    if (settings.serves(Service.UPDATE)) {
      router.post(UPDATE).handler(context -> handlers.publish().handle(context.request()));
      only(router, UPDATE, "POST");
    }
    if (settings.serves(Service.REVOKE)) {
      router.post(REVOKE).handler(context -> handlers.revoke().handle(context.request()));
      only(router, REVOKE, "POST");
    }
    if (settings.serves(Service.TOPICS)) {
      route(router, TOPICS, context -> handlers.subscribers().topics(context.request()));
    }
    if (settings.serves(Service.READERS)) {
      route(router, READERS, context -> handlers.subscribers().list(context.request()));
      router
          .delete(READERS + "/:id")
          .handler(
              context -> handlers.subscribers().end(context.request(), context.pathParam("id")));
      only(router, READERS + "/:id", "DELETE");
    }
    if (settings.serves(Service.HEALTH)) {
      route(router, HEALTH + "/live", handlers.health()::live);
      route(router, HEALTH + "/ready", handlers.health()::ready);
      route(router, HEALTH, handlers.health()::ready);
    }
    if (settings.serves(Service.METRICS)) {
      route(router, METRICS, this::scrape);
    }
    if (settings.serves(Service.OPENAPI)) {
      route(router, OPENAPI, StaticFiles.apiDescription(vertx));
    }
    pages(router);
    router.route().handler(this::notFound);
    router.route().failureHandler(this::failed);
    return router;
  }

  /** Adds a path for GET and HEAD. */
  private void route(Router router, String path, Handler<RoutingContext> handler) {
    router.get(path).handler(handler);
    router.head(path).handler(handler);
    only(router, path, READ);
  }

  /** Answers the other methods of a path: CORS preflights, and 405. */
  private void only(Router router, String path, String methods) {
    router.options(path).handler(context -> preflight(context, methods));
    router.route(path).handler(context -> refuseMethod(context, path, methods));
  }

  private void refuseMethod(RoutingContext context, String path, String methods) {
    context.response().putHeader(HttpHeaders.ALLOW, methods + ", OPTIONS");
    String detail = "Method not allowed at " + path + ": use " + methods;
    problems.send(context.request(), new Refusal(405, detail, 0));
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

  /** With the page come all files; the console needs a setting of its own. */
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
    return new StaticFiles(
        vertx,
        context -> {
          if (context.request().method().equals(HttpMethod.OPTIONS)) {
            preflight(context, READ);
          } else {
            refuseMethod(context, context.request().path(), READ);
          }
        });
  }

  /** Counters are always current; how far subscribers are behind is measured now. */
  private void scrape(RoutingContext context) {
    PrometheusMetrics metrics = PrometheusMetrics.of(vertx);
    LogDescription known = LocalLog.of(vertx).description();
    long last = known == null ? 0 : known.head().last();
    LocalNode.of(vertx)
        .ask(vertx, subscribers -> SubscriberCounts.of(subscribers, last, Map.of()))
        .map(SubscriberCounts::sum)
        .onSuccess(
            counts -> {
              metrics.standing(counts.behind(), counts.furthestBehind());
              FullResponse.send(context.request(), PROMETHEUS, Buffer.buffer(metrics.scrape()));
            });
  }

  private void notFound(RoutingContext context) {
    problems.send(
        context.request(), new Refusal(404, "Not found: check the path, and http.serve", 0));
  }

  private void failed(RoutingContext context) {
    int status = context.statusCode();
    if (hasDisconnected(context)) {
      log.debug("A client disconnected before it was answered", context.failure());
    } else if (context.failure() instanceof RefusedException refused) {
      problems.send(context.request(), refused.refusal());
    } else if (status < 0 || status >= 500) {
      problems.fail(context.request(), "answering", context.failure());
    } else {
      problems.send(context.request(), new Refusal(status, "The request could not be answered", 0));
    }
  }

  /** Whether the connection has ended; for HTTP/2, the stream. */
  private static boolean hasDisconnected(RoutingContext context) {
    return context.response().closed() || !Sockets.of(context.request().connection()).isActive();
  }
}
