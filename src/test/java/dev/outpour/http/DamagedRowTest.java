package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.SseParser.Block;
import dev.outpour.TestHub;
import dev.outpour.log.UpdateBus;
import dev.outpour.update.Position;
import dev.outpour.update.Truncation;
import dev.outpour.update.Update;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How damaged updates in the log are reported, and to whom. */
class DamagedRowTest {

  @TempDir private Path directory;

  private static RawHttp.Answer ask(TestHub hub, String path) {
    try (RawHttp connection = hub.connect()) {
      return connection.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").answer();
    }
  }

  private static JsonObject historyCheck(TestHub hub) {
    RawHttp.Answer answer = ask(hub, "/health/ready");
    assertThat(answer.status()).as("a hub with damage is ready").isEqualTo(200);
    JsonArray checks = new JsonObject(answer.body()).getJsonArray("checks");
    return checks.stream()
        .map(JsonObject.class::cast)
        .filter(check -> check.getString("name").equals("history"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void readersAreGivenWhatIsWholeAndToldWhatIsNot() throws Exception {
    Path file = directory.resolve("log.db");
    JsonObject config =
        new JsonObject()
            .put("history", new JsonObject().put("store", "sqlite").put("path", file.toString()));
    List<String> ids = new ArrayList<>();
    TestHub.run(config, hub -> ids.addAll(hub.publishNumbers("a", 1, 30)));
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE updates SET data = '99' WHERE sequence IN (15, 16)");
    }
    TestHub.run(
        config,
        hub -> {
          assertThat(historyCheck(hub))
              .isEqualTo(new JsonObject("{\"name\":\"history\",\"status\":\"up\"}"));
          Queue<Truncation> told = new ConcurrentLinkedQueue<>();
          Queue<Update> heard = new ConcurrentLinkedQueue<>();
          Position first = Position.parse(ids.get(0)).orElseThrow();
          UpdateBus.listen(hub.vertx(), first, heard::add).truncationHandler(told::add);
          try (SseClient reader = hub.read("topic=**&lastEventId=earliest");
              SseClient other = hub.resume("topic=a", ids.get(13))) {
            reader.awaitEvents(28);
            other.awaitEvents(14);
            List<Block> blocks =
                reader.blocks().stream().filter(each -> each.id() != null).toList();
            Block word =
                blocks.stream()
                    .filter(each -> "outpour.truncated".equals(each.event()))
                    .findFirst()
                    .orElseThrow();
            assertThat(word.id()).isEqualTo(ids.get(15));
            assertThat(new JsonObject(word.data()))
                .isEqualTo(
                    new JsonObject()
                        .put("asked", ids.get(13))
                        .put("earliest", ids.get(0))
                        .put("reason", "damaged"));
            assertThat(reader.words()).hasSize(1);
            List<String> given = new ArrayList<>(ids);
            given.subList(14, 16).clear();
            assertThat(reader.events()).extracting(each -> each.id()).isEqualTo(given);
            assertThat(other.events()).extracting(each -> each.id()).isEqualTo(ids.subList(16, 30));
            assertThat(other.words())
                .extracting(each -> each.name())
                .containsExactly("outpour.resumed", "outpour.truncated");
            hub.publish("a", "31");
            reader.awaitEvents(29);
          }
          Await.until("all received", () -> heard.size() == 28);
          assertThat(told)
              .containsExactly(
                  new Truncation(Position.parse(ids.get(13)), Truncation.Reason.DAMAGED));
          JsonObject check = historyCheck(hub);
          assertThat(check.getString("status")).isEqualTo("degraded");
          assertThat(check.getString("reason")).startsWith("2 updates");
          assertThat(ask(hub, "/metrics").body()).contains("\noutpour_log_damaged_total 2.0\n");
        });
  }
}
