package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one node of a cluster answers about the subscribers of all. */
class WatchClusterIT {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir private Path directory;

  /** The subscribers of the edges, by port. */
  private final Map<Integer, String> operators = new HashMap<>();

  private HttpResponse<String> ask(int port, String method, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("Authorization", "Bearer " + operators.get(port))
            .method(method, BodyPublishers.noBody())
            .build();
    return CLIENT.send(request, BodyHandlers.ofString());
  }

  private JsonObject get(int port, String path) {
    try {
      HttpResponse<String> answer = ask(port, "GET", path);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return new JsonObject(answer.body());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void awaitCount(int port, String topic, int count) {
    Await.until(
        () -> get(port, "/readers?topic=" + topic).getInteger("count") == count,
        () -> get(port, "/readers"));
  }

  @Test
  void oneNodeIsAskedAboutAll() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3, 10);
        HubProcess ingest = cluster.ingest();
        HubProcess near = cluster.edge();
        HubProcess far = cluster.edge()) {
      ingest.awaitLine("Ready");
      int nearPort = near.awaitPort();
      int farPort = far.awaitPort();
      operators.put(nearPort, near.awaitOperator());
      operators.put(farPort, far.awaitOperator());
      try (SseClient here = SseClient.to(nearPort, "/events?topic=a").open();
          SseClient there = SseClient.to(farPort, "/events?topic=a&topic=b").open();
          SseClient status =
              SseClient.to(nearPort, "/events?topic=outpour/status")
                  .header("Authorization", "Bearer " + operators.get(nearPort))
                  .open()) {
        awaitCount(nearPort, "a", 2);
        awaitCount(farPort, "a", 2);
        assertThat(get(nearPort, "/topics").getJsonArray("topics"))
            .isEqualTo(
                new JsonArray()
                    .add(topic("a", 2))
                    .add(topic("b", 1))
                    .add(topic("outpour/status", 1)));
        // One source for each node, at any node.
        Await.until(
            () ->
                status.data().stream()
                        .map(each -> new JsonObject(each).getString("node"))
                        .collect(Collectors.toSet())
                        .size()
                    == 2,
            status::data);

        String id =
            get(nearPort, "/readers?topic=b")
                .getJsonArray("readers")
                .getJsonObject(0)
                .getString("id");
        assertThat(ask(nearPort, "DELETE", "/readers/" + id).statusCode()).isEqualTo(204);
        assertThat(there.awaitEnd()).isEqualTo(SseClient.End.PROPER);
        assertThat(there.words().get(there.words().size() - 1).data())
            .isEqualTo("{\"reason\":\"ended-by-operator\"}");
        assertThat(ask(nearPort, "DELETE", "/readers/" + id).statusCode()).isEqualTo(404);
        assertThat(here.hasEnded()).isFalse();

        String gone = id.substring(0, id.indexOf('-'));
        far.hold();
        assertThat(get(nearPort, "/readers").getJsonArray("missing"))
            .isEqualTo(new JsonArray().add(gone));
        assertThat(get(nearPort, "/topics").getJsonArray("missing"))
            .isEqualTo(new JsonArray().add(gone));
        assertThat(ask(nearPort, "DELETE", "/readers/" + id).statusCode()).isEqualTo(503);
        far.goOn();
        Await.until(
            () -> !get(nearPort, "/readers").containsKey("missing"), () -> "it answers again");
      }
    }
  }

  private static JsonObject topic(String name, int readers) {
    return new JsonObject()
        .put("topic", name)
        .put("pattern", false)
        .put("readers", readers)
        .putNull("last");
  }
}
