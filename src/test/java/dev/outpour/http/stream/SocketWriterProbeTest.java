package dev.outpour.http.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.outpour.Await;
import dev.outpour.TestHub;
import dev.outpour.http.HttpVerticle;
import dev.outpour.http.LogLines;
import dev.outpour.http.RawStream;
import dev.outpour.ingest.IngestVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Which way of writing is chosen, and that the log says so. */
class SocketWriterProbeTest {

  private static JsonObject http(boolean directWrites) {
    return new JsonObject()
        .put("http", new JsonObject().put("port", 0).put("directWrites", directWrites))
        .put("history", new JsonObject().put("store", "memory"));
  }

  @Test
  void directWayIsTriedOnceHoweverManyLoopsServe() throws Exception {
    try (LogLines log = LogLines.listen()) {
      TestHub.run(
          http(true),
          hub -> {
            assumeThat(hub.vertx().isNativeTransportEnabled()).isTrue();
            assertThat(log.of(SocketWriterProbe.class))
                .containsExactly("Events go to sockets directly");
          });
      assertThat(log.troubles()).isEmpty();
    }
  }

  @Test
  void nothingIsTriedOrSaidIfItIsNotWanted() throws Exception {
    try (LogLines log = LogLines.listen()) {
      TestHub.run(http(false), hub -> hub.read("").close());
      assertThat(log.of(SocketWriterProbe.class)).isEmpty();
    }
  }

  @Test
  void withoutNativeTransportReadersAreServedThroughVertx() {
    Vertx vertx = Vertx.vertx();
    DeploymentOptions options = new DeploymentOptions().setConfig(http(true));
    try (LogLines log = LogLines.listen()) {
      Await.result(vertx.deployVerticle(new IngestVerticle(), options));
      Await.result(vertx.deployVerticle(new HttpVerticle(), options));
      int port =
          vertx
              .sharedData()
              .<String, Integer>getLocalMap(HttpVerticle.SHARED)
              .get(HttpVerticle.PORT);
      assertThat(log.of(SocketWriterProbe.class))
          .containsExactly(
              "Events go to sockets through HTTP responses of Vert.x, since the transport"
                  + " is not epoll");
      try (RawStream reader = new RawStream(port, 0);
          RawStream publisher = new RawStream(port, 0)) {
        reader.ask("").head();
        reader.take(1);
        publisher.send("POST /update HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n1");
        reader.takeUpTo(new JsonObject(publisher.answer().body()).getString("id"));
        assertThat(reader.data()).containsExactly("1");
      }
      assertThat(log.troubles()).isEmpty();
    } finally {
      Await.result(vertx.close());
    }
  }
}
