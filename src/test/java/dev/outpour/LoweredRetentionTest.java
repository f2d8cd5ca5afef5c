package dev.outpour;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lowered retention applies soon, even if nobody publishes. */
class LoweredRetentionTest {

  private static final int MANY = 10_000;
  private static final int STEP = 1_000;

  @TempDir private Path directory;

  private JsonObject keeping(int updates) {
    return new JsonObject()
        .put(
            "history",
            new JsonObject()
                .put("store", "sqlite")
                .put("path", directory.resolve("log.db").toString())
                .put("keepUpdates", updates));
  }

  @Test
  void idleHubRemovesAllThatIsTooMuchAndItsMetricFollows() throws Exception {
    TestHub.run(
        keeping(MANY),
        hub -> {
          for (int from = 1; from <= MANY; from += STEP) {
            hub.publishNumbers("a", from, from + STEP - 1);
          }
        });
    TestHub.run(
        keeping(100), hub -> Await.until(() -> updates(hub).equals("100.0"), () -> updates(hub)));
  }

  private static String updates(TestHub hub) {
    try (RawHttp connection = hub.connect()) {
      String metrics =
          connection.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").answer().body();
      return metrics
          .lines()
          .filter(line -> line.startsWith("outpour_log_updates "))
          .map(line -> line.substring(line.indexOf(' ') + 1))
          .findFirst()
          .orElse("");
    }
  }
}
