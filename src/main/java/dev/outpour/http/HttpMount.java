package dev.outpour.http;

import dev.outpour.api.PublicApi;
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
 * The endpoints of {@link HttpVerticle}, for an application with its own server and router: {@code
 * router.route("/hub/*").subRouter(mount.router())} serves {@code /hub/events} and whatever else
 * {@code http.serve} names.
 *
 * <p>Open one on each event loop on which the application serves, and use it on that loop only. It
 * reads the sections {@code http}, {@code auth} and {@code limits}, as the verticle does. The
 * application chooses where it listens, and {@code http.host} must say so: while that is the
 * loopback, requests from other machines are refused. The application also handles connections,
 * their limits and TLS. Its handlers before this one must not read bodies.
 */
@PublicApi
public final class HttpMount {

  private final HttpSettings settings;
  private final HttpComponents components;
  private final ComponentsLifecycle lifecycle;
  private final Router router;

  private HttpMount(
      Vertx vertx,
      HttpSettings settings,
      HttpComponents components,
      ComponentsLifecycle lifecycle) {
    this.settings = settings;
    this.components = components;
    this.lifecycle = lifecycle;
    this.router = Router.router(vertx);
    router.route().handler(this::admit);
    router.route("/*").subRouter(components.dispatcher().router());
  }

  /**
   * Opens a mount on the caller's event loop.
   *
   * @param config the sections, as in the configuration file
   */
  public static Future<HttpMount> open(Vertx vertx, JsonObject config) {
    Settings settings = Settings.of(config);
    HttpSettings http = HttpSettings.from(settings.section("http"));
    AuthSettings auth = AuthSettings.from(settings.section("auth"));
    http.checkExposure(settings, auth);
    LimitSettings limits = LimitSettings.from(settings.section("limits"));
    settings.check();
    return Authenticator.start(vertx, auth, Clock.systemUTC())
        .compose(
            authenticator -> {
              HttpComponents components =
                  HttpComponents.of(vertx, http, limits, auth, authenticator);
              return ComponentsLifecycle.start(
                      vertx, components, authenticator, http.drainSeconds())
                  .map(lifecycle -> new HttpMount(vertx, http, components, lifecycle));
            });
  }

  /** The hub's paths, to be mounted anywhere. Unknown paths below are answered 404. */
  public Router router() {
    return router;
  }

  private void admit(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (settings.loopback() && !isLocal(request.localAddress())) {
      components
          .checks()
          .problems()
          .send(
              request,
              Refusal.forbidden("Only this machine may connect: set http.host if others may, too"));
    } else {
      components.checks().accessLog().watch(seen -> pass(context)).handle(request);
    }
  }

  private void pass(RoutingContext context) {
    if (components.dispatcher().admits(context.request())) {
      context.next();
    }
  }

  private static boolean isLocal(SocketAddress address) {
    InetAddress ip = NetUtil.createInetAddressFromIpAddressString(address.hostAddress());
    return ip == null || ip.isLoopbackAddress();
  }

  /**
   * Closes the mount: accepts no new subscribers and updates, waits until the accepted updates are
   * answered, and ends the streams spread over {@code http.drainSeconds}. Close the application's
   * server after that.
   */
  public Future<Void> close() {
    return lifecycle.stop();
  }
}
