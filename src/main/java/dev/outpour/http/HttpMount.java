package dev.outpour.http;

import dev.outpour.auth.AuthSettings;
import dev.outpour.auth.Authenticator;
import dev.outpour.http.limit.LimitSettings;
import dev.outpour.settings.Settings;
import dev.outpour.update.Refusal;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.time.Clock;

/**
 * What {@link HttpVerticle} serves, for an application that has a server and a router of its own:
 * {@code router.route("/hub/*").subRouter(mount.router())} has {@code /hub/events} and what else
 * {@code http.serve} names.
 *
 * <p>There is one for each event loop on which the application serves, opened on that loop and for
 * use there alone. It reads the sections {@code http}, {@code auth} and {@code limits} as the
 * verticle does. Where the application listens is its own matter, but {@code http.host} has to say
 * so: as long as that is the loopback, requests from elsewhere are refused. The connections are the
 * application's, and so are limits of them, TLS, and handlers before this one, which must leave
 * bodies alone.
 */
public final class HttpMount {

  private final HttpSettings settings;
  private final HttpComponents parts;
  private final ComponentsLifecycle serving;
  private final Router router;

  private HttpMount(
      Vertx vertx, HttpSettings settings, HttpComponents parts, ComponentsLifecycle serving) {
    this.settings = settings;
    this.parts = parts;
    this.serving = serving;
    this.router = Router.router(vertx);
    router.route().handler(this::admit);
    router.route("/*").subRouter(parts.router());
  }

  /**
   * Opens one, on the event loop of the caller.
   *
   * @param config the sections, as they stand in a file of configuration
   */
  public static Future<HttpMount> open(Vertx vertx, JsonObject config) {
    Settings settings = Settings.of(config);
    HttpSettings http = HttpSettings.from(settings.section("http"));
    AuthSettings auth = AuthSettings.from(settings.section("auth"));
    http.checkExposure(settings, auth);
    LimitSettings limits = LimitSettings.from(settings.section("limits"));
    settings.check();
    return Authenticator.start(vertx, auth, Clock.systemUTC())
        .map(authority -> HttpComponents.of(vertx, http, limits, auth, authority))
        .compose(
            parts ->
                ComponentsLifecycle.begin(vertx, parts, http.drainSeconds())
                    .map(serving -> new HttpMount(vertx, http, parts, serving)));
  }

  /**
   * The hub's paths, to be mounted where the application likes. What is not one is answered 404.
   */
  public Router router() {
    return router;
  }

  private void admit(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (settings.loopback() && !isLocal(request.localAddress())) {
      parts
          .problem()
          .send(request, Refusal.forbidden("Only this machine may: http.host says otherwise"));
    } else {
      parts.visits().watch(seen -> pass(context)).handle(request);
    }
  }

  private void pass(RoutingContext context) {
    if (parts.front().admits(context.request())) {
      context.next();
    }
  }

  private static boolean isLocal(SocketAddress address) {
    InetAddress ip = NetUtil.createInetAddressFromIpAddressString(address.hostAddress());
    return ip == null || ip.isLoopbackAddress();
  }

  /**
   * Ends it: takes no readers and publishers any more, has what was taken answered, and ends the
   * streams spread over {@code http.drainSeconds}. The application's server is to be closed after
   * that.
   */
  public Future<Void> close() {
    return serving.end();
  }
}
