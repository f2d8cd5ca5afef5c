package examples;

import dev.outpour.http.HttpMount;
import dev.outpour.ingest.IngestVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.List;

/** An application that serves the hub's paths on its own port, through its own router. */
public final class ShopApplication extends VerticleBase {

  private HttpMount mount;
  private HttpServer server;

  public static void main(String[] args) {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 8080;
    Vertx vertx = Vertx.vertx();
    deploy(vertx, port, 2)
        .onSuccess(id -> System.out.println("Listening on http://localhost:" + port + "/"))
        .onFailure(
            failure -> {
              System.err.println(failure.getMessage());
              vertx.close();
            });
  }

  static Future<String> deploy(Vertx vertx, int port, int instances) {
    JsonObject log = new JsonObject().put("history", new JsonObject().put("store", "memory"));
    JsonObject shop = new JsonObject().put("port", port);
    return vertx
        .deployVerticle(new IngestVerticle(), new DeploymentOptions().setConfig(log))
        .compose(
            owner ->
                vertx.deployVerticle(
                    ShopApplication::new,
                    new DeploymentOptions().setConfig(shop).setInstances(instances)));
  }

  @Override
  public Future<?> start() {
    JsonObject http = new JsonObject().put("serve", List.of("events", "health"));
    return HttpMount.open(vertx, new JsonObject().put("http", http))
        .compose(
            opened -> {
              mount = opened;
              Router router = Router.router(vertx);
              router.get("/").handler(context -> context.end("The shop is open\n"));
              router.route("/hub/*").subRouter(mount.router());
              server = vertx.createHttpServer().requestHandler(router);
              return server.listen(config().getInteger("port"), "localhost");
            });
  }

  @Override
  public Future<?> stop() {
    return mount.close().compose(ended -> server.close());
  }
}
