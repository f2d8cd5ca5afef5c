package examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.HubProcess;
import dev.outpour.SseClient;
import dev.outpour.SseParser;
import dev.outpour.http.HttpVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs the samples of docs/how-to/embedding.md. */
class ExamplesTest {
  private static final int PATIENCE_SECONDS = 20;

  private final Vertx vertx = Vertx.vertx();

  @BeforeEach
  void embedTheHub() throws Exception {
    await(EmbeddingApplication.deploy(vertx, 0));
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  @Test
  void anApplicationServesTheHubFromItsOwnVertx() throws Exception {
    int port = (int) vertx.sharedData().getLocalMap(HttpVerticle.SHARED).get(HttpVerticle.PORT);
    WebClient client = WebClient.create(vertx);

    HttpResponse<?> published =
        await(client.post(port, "localhost", "/update").sendJsonObject(new JsonObject()));
    HttpResponse<?> page = await(client.get(port, "localhost", "/").send());

    assertThat(published.bodyAsJsonObject().getString("id")).endsWith("-1");
    assertThat(page.bodyAsString()).contains("<title>Outpour</title>");
  }

  @Test
  void oneVerticleReadsWhatAnotherPublishes() throws Exception {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    await(vertx.deployVerticle(new AuditVerticle(lines::add)));

    ShippingVerticle shipping = new ShippingVerticle();
    await(vertx.deployVerticle(shipping));
    String second = await(shipping.ship("43"));

    assertThat(next(lines)).endsWith("-1 [orders/42]");
    assertThat(next(lines)).isEqualTo(second + " [orders/43]");
  }

  @Test
  void aKeyMakesItSafeToPublishAgain() throws Exception {
    ShippingVerticle shipping = new ShippingVerticle();
    await(vertx.deployVerticle(shipping));

    assertThat(await(shipping.ship("42"))).endsWith("-1");
  }

  @Test
  void anApplicationServesReadersOnItsOwnPort() throws Exception {
    await(vertx.close());
    Vertx own = Vertx.vertx();
    try {
      int port = HubProcess.freePort();
      await(ShopApplication.deploy(own, port, 2));
      ShippingVerticle shipping = new ShippingVerticle();
      await(own.deployVerticle(shipping));
      WebClient client = WebClient.create(own);

      assertThat(await(client.get(port, "localhost", "/").send()).bodyAsString())
          .isEqualTo("The shop is open\n");
      assertThat(await(client.get(port, "localhost", "/hub/health/ready").send()).statusCode())
          .isEqualTo(200);
      try (SseClient reader =
          SseClient.to(port, "/hub/events?topic=orders/*&lastEventId=earliest").open()) {
        await(shipping.ship("43"));
        assertThat(reader.awaitEvents(2))
            .extracting(SseParser.Event::data)
            .containsExactly("{\"order\":\"42\"}", "{\"order\":\"43\"}");
      }
    } finally {
      await(own.close());
    }
  }

  private static String next(BlockingQueue<String> lines) throws InterruptedException {
    return lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
