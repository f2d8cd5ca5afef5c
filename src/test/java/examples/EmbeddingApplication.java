package examples;

import dev.outpour.http.HttpVerticle;
import dev.outpour.ingest.IngestVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/** A program that deploys the hub among its own verticles. */
public final class EmbeddingApplication {
  private EmbeddingApplication() {}

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    deploy(vertx, 3000)
        .onSuccess(id -> System.out.println("Listening on http://localhost:3000/"))
        .onFailure(
            failure -> {
              System.err.println(failure.getMessage());
              vertx.close();
            });
  }

  static Future<String> deploy(Vertx vertx, int port) {
    JsonObject config =
        new JsonObject()
            .put("ingest", new JsonObject().put("topic", "news"))
            .put("history", new JsonObject().put("store", "memory"))
            .put("http", new JsonObject().put("port", port));
    DeploymentOptions options = new DeploymentOptions().setConfig(config);
    return vertx
        .deployVerticle(new IngestVerticle(), options)
        .compose(log -> vertx.deployVerticle(new HttpVerticle(), options));
  }
}
