package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.auth.Tokens;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A token that is revoked at one node of a cluster. */
class RevokeIT {

  private static final String OPERATOR = "operator-secret";

  @TempDir private Path directory;

  private Map<String, String> settings(Map<String, String> more) {
    JsonObject operator =
        new JsonObject()
            .put("name", "operator")
            .put("sha256", Tokens.sha256(OPERATOR))
            .put("operate", true);
    Map<String, String> settings = new HashMap<>(more);
    settings.put("OUTPOUR_AUTH_HMAC_SECRET", Tokens.SECRET);
    settings.put("OUTPOUR_AUTH_API_KEYS", new JsonArray().add(operator).encode());
    settings.put("OUTPOUR_HTTP_SERVE", "events,update,revoke");
    return settings;
  }

  private static String token(String id) {
    Instant end = Instant.now().plusSeconds(3600);
    return Tokens.of(Tokens.claims(Tokens.rights("**", "**"), end).put("jti", id).encode());
  }

  private static SseClient.Request reader(int port, String id) {
    return SseClient.to(port, "/events?topic=t").header("Authorization", "Bearer " + token(id));
  }

  private static int status(int port, String id) {
    try (SseClient reader = reader(port, id).send()) {
      return reader.status();
    }
  }

  private static int revoke(int port, String id) {
    String body = "{\"jti\":\"" + id + "\"}";
    try (RawHttp raw = RawHttp.connect(port)) {
      raw.send("POST /revoke HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n");
      raw.send("Authorization: Bearer " + OPERATOR + "\r\n");
      raw.send("Content-Length: " + body.length() + "\r\n\r\n" + body);
      return raw.answer().status();
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void countsAtAllNodesAtThoseThatComeLaterAndAfterARestart() throws Exception {
    Path file = Files.writeString(directory.resolve("revoked"), "");
    try (TestCluster cluster = new TestCluster(directory, 6, 10)) {
      HubProcess owner = cluster.ingest();
      HubProcess first = cluster.edge(settings(Map.of()));
      HubProcess second =
          cluster.edge(settings(Map.of("OUTPOUR_AUTH_REVOKED_FILE", file.toString())));
      owner.awaitLine("Ready");
      int near = first.awaitPort();
      int far = second.awaitPort();
      try (SseClient here = reader(near, "lost").open();
          SseClient there = reader(far, "lost").open();
          SseClient kept = reader(far, "kept").open()) {
        Instant begun = Instant.now();
        assertThat(revoke(near, "lost")).isEqualTo(200);
        here.awaitEnd();
        there.awaitEnd();
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(8));
        assertThat(here.words().toString()).contains("revoked");
        assertThat(there.words().toString()).contains("revoked");
        assertThat(kept.hasEnded()).isFalse();
      }
      assertThat(status(near, "lost")).isEqualTo(401);
      assertThat(status(far, "lost")).isEqualTo(401);
      Await.until("it stands in the other node's file", () -> lines(file).contains("lost"));

      HubProcess third = cluster.edge(settings(Map.of()));
      int late = third.awaitPort();
      Await.until("it is known to who came later", () -> status(late, "lost") == 401);
      assertThat(status(late, "kept")).isEqualTo(200);

      first.terminate().awaitExit();
      second.terminate().awaitExit();
      third.terminate().awaitExit();
      HubProcess again =
          cluster.edge(settings(Map.of("OUTPOUR_AUTH_REVOKED_FILE", file.toString())));
      int port = again.awaitPort();
      assertThat(status(port, "lost")).isEqualTo(401);
      assertThat(status(port, "kept")).isEqualTo(200);
    }
  }
}
