package dev.outpour.checker.planted;

import dev.outpour.TestHub;
import dev.outpour.history.History;
import dev.outpour.history.HistorySettings;
import dev.outpour.ingest.HistoryFactory;
import dev.outpour.ingest.IngestVerticles;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A hub with a fault, in this process or, so that it can be killed, in one of its own: {@code
 * <fault> <port> <file>}.
 */
final class FaultyHub implements AutoCloseable {

  private static final String DOORBELLS = "outpour.updates.";
  private static final int ONE_MESSAGE_IN = 100;

  private final TestHub hub;
  private final int port;

  private FaultyHub(TestHub hub, int port) {
    this.hub = hub;
    this.port = port;
  }

  static FaultyHub start(Fault fault, JsonObject config) {
    TestHub hub = TestHub.startWithoutIngest(config);
    Vertx vertx = hub.vertx();
    if (fault == Fault.LOSE_MESSAGE) {
      loseMessages(vertx);
    }
    TestHub.await(
        vertx.deployVerticle(
            IngestVerticles.over((v, settings) -> open(fault, v, settings)),
            new DeploymentOptions().setConfig(config)));
    int port =
        switch (fault) {
          case RESUME_AT -> Between.resumingAt(vertx, hub.port());
          case SWAP -> Between.swapping(vertx, hub.port());
          case DELIVER_TWICE -> Between.writingTwice(vertx, hub.port());
          default -> hub.port();
        };
    return new FaultyHub(hub, port);
  }

  private static Future<History> open(Fault fault, Vertx vertx, HistorySettings settings) {
    return HistoryFactory.open(vertx, settings)
        .map(sound -> new FaultyHistory(vertx, sound, fault));
  }

  private static void loseMessages(Vertx vertx) {
    int[] messages = new int[1];
    vertx
        .eventBus()
        .addOutboundInterceptor(
            delivery -> {
              boolean bell = delivery.message().address().startsWith(DOORBELLS);
              synchronized (messages) {
                if (bell && ++messages[0] % ONE_MESSAGE_IN == 0) {
                  return;
                }
              }
              delivery.next();
            });
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    hub.close();
  }

  public static void main(String[] args) throws Exception {
    Fault fault = Fault.valueOf(args[0]);
    Path file = Path.of(args[2]);
    if (fault == Fault.REUSE_SEQUENCE && Files.exists(file)) {
      forgetTheNewest(file);
    }
    JsonObject config =
        new JsonObject()
            .put("http", new JsonObject().put("port", Integer.parseInt(args[1])))
            .put("history", new JsonObject().put("store", "sqlite").put("path", file.toString()));
    System.out.println("Ready, listens on localhost:" + start(fault, config).port());
    awaitEndOfInput();
    System.exit(0);
  }

  /** Whoever started this process may end without ending it. */
  private static void awaitEndOfInput() throws IOException {
    while (System.in.read() >= 0) {
      // Nothing is said to it.
    }
  }

  private static List<String> tablesOfKeys(Statement statement) throws SQLException {
    List<String> names = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery("SELECT name FROM sqlite_schema WHERE name GLOB 'keys_[0-9]*'")) {
      while (row.next()) {
        names.add(row.getString(1));
      }
    }
    return names;
  }

  /** As if the newest had never been, and as if opening the file began no epoch. */
  private static void forgetTheNewest(Path file) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "DELETE FROM updates WHERE sequence > (SELECT max(sequence) - 20 FROM updates)");
      statement.execute(
          "DELETE FROM further_topics WHERE sequence > (SELECT max(sequence) FROM updates)");
      for (String keys : tablesOfKeys(statement)) {
        statement.execute("DELETE FROM " + keys);
      }
      statement.execute("DELETE FROM pages WHERE first > (SELECT max(sequence) FROM updates)");
      statement.execute(
          "CREATE TRIGGER IF NOT EXISTS no_new_epoch AFTER INSERT ON lineage"
              + " BEGIN DELETE FROM lineage WHERE rowid = new.rowid; END");
    }
  }
}
