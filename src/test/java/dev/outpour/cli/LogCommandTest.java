package dev.outpour.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code log restore}, with real hubs' files. */
class LogCommandTest {

  @TempDir private Path directory;
  private Path file;
  private Path backup;
  private final List<String> ids = new ArrayList<>();

  @BeforeEach
  void write() throws Exception {
    file = directory.resolve("data/log.db");
    backup = directory.resolve("backup.db");
    TestHub.run(
        config(file),
        hub -> {
          ids.addAll(hub.publishNumbers("a", 1, 10));
          sql(file, "VACUUM INTO '" + backup + "'");
          ids.addAll(hub.publishNumbers("a", 11, 20));
        });
  }

  private static JsonObject config(Path path) {
    return new JsonObject()
        .put("history", new JsonObject().put("store", "sqlite").put("path", path.toString()));
  }

  private static void sql(Path path, String... sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
        Statement statement = connection.createStatement()) {
      for (String each : sql) {
        statement.execute(each);
      }
    }
  }

  private CommandRun restore(Path from, Path to) {
    return CommandRun.of("log", "restore", from.toString(), "--to", to.toString());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(file.getParent())) {
      return files.sorted().toList();
    }
  }

  private Path kept() throws IOException {
    return files().stream()
        .filter(each -> each.getFileName().toString().matches("log\\.db\\.before-\\d{8}T\\d{6}Z"))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> numbers(TestHub hub, int count) {
    try (var subscriber = hub.read("topic=**&lastEventId=earliest")) {
      subscriber.awaitEvents(count);
      return subscriber.events().stream().map(each -> each.data()).toList();
    }
  }

  @Test
  void backupReplacesTheLogAndSubscribersAreTold() throws Exception {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    byte[] before = Files.readAllBytes(file);
    CommandRun ended = restore(backup, file);

    assertThat(ended.code()).as(ended.errors()).isZero();
    assertThat(ended.output())
        .contains("Restored " + file + " from " + backup + ": 10 updates, up to number 10 of 20")
        .contains("kept as " + kept())
        .contains("rolled-back");
    assertThat(files()).containsExactly(file, kept(), file.resolveSibling("log.db.lock"));
    assertThat(Files.readAllBytes(kept())).isEqualTo(before);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
    TestHub.run(
        config(file),
        hub -> {
          assertThat(numbers(hub, 10)).hasSize(10).startsWith("1").endsWith("10");
          try (var subscriber = hub.resume("topic=a", ids.get(19))) {
            assertThat(subscriber.words().get(0).data()).contains("rolled-back");
          }
        });
    TestHub.run(config(kept()), hub -> assertThat(numbers(hub, 20)).endsWith("20"));
  }

  @Test
  void filesOfAKilledHubAreKeptTogether() throws Exception {
    TestHub.run(
        config(file),
        hub -> {
          hub.publishNumbers("a", 21, 30);
          Path crashed = Files.createDirectory(directory.resolve("crashed")).resolve("log.db");
          Files.copy(file, crashed);
          Files.copy(file.resolveSibling("log.db-wal"), crashed.resolveSibling("log.db-wal"));
          Files.copy(file.resolveSibling("log.db-shm"), crashed.resolveSibling("log.db-shm"));
        });
    file = directory.resolve("crashed/log.db");
    CommandRun ended = restore(backup, file);

    assertThat(ended.code()).as(ended.errors()).isZero();
    Path kept = kept();
    assertThat(files())
        .containsExactly(
            file,
            kept,
            kept.resolveSibling(kept.getFileName() + "-wal"),
            file.resolveSibling("log.db.lock"));
    TestHub.run(config(file), hub -> assertThat(numbers(hub, 10)).endsWith("10"));
    TestHub.run(config(kept), hub -> assertThat(numbers(hub, 30)).endsWith("30"));
  }

  @Test
  void nothingChangesWhileAHubUsesTheFile() throws Exception {
    TestHub.run(
        config(file),
        hub -> {
          List<Path> before = files();
          CommandRun ended = restore(backup, file);
          assertThat(ended.code()).isEqualTo(1);
          assertThat(ended.errors()).contains("Another hub uses " + file);
          assertThat(files()).isEqualTo(before);
          CommandRun copied = restore(file, directory.resolve("other/log.db"));
          assertThat(copied.code()).as("the file of a running hub").isEqualTo(1);
          assertThat(copied.errors()).contains("Another hub uses " + file);
        });
  }

  @Test
  void deletedLockFileDoesNotUnlockTheLog() throws Exception {
    TestHub.run(
        config(file),
        hub -> {
          Files.delete(file.resolveSibling("log.db.lock"));
          CommandRun ended = restore(backup, file);
          assertThat(ended.code()).isEqualTo(1);
          assertThat(ended.errors()).contains("Another hub uses " + file);
          assertThat(files()).noneMatch(each -> each.toString().contains(".before-"));
          ids.addAll(hub.publishNumbers("a", 21, 21));
        });
    TestHub.run(config(file), hub -> assertThat(numbers(hub, 21)).endsWith("21"));
  }

  @Test
  void symbolicLinkStillLeadsToTheLog() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link.db"), file);
    CommandRun ended = restore(backup, link);

    assertThat(ended.code()).as(ended.errors()).isZero();
    assertThat(link).isSymbolicLink();
    assertThat(Files.isRegularFile(kept(), LinkOption.NOFOLLOW_LINKS)).isTrue();
    TestHub.run(config(file), hub -> assertThat(numbers(hub, 10)).endsWith("10"));
    TestHub.run(config(kept()), hub -> assertThat(numbers(hub, 20)).endsWith("20"));
  }

  /** A killed hub's write-ahead log, with updates from after the backup. */
  private Path writeAhead() throws Exception {
    Path copy = directory.resolve("newer-wal");
    TestHub.run(
        config(file),
        hub -> {
          hub.publishNumbers("a", 21, 30);
          Files.copy(file.resolveSibling("log.db-wal"), copy);
        });
    return copy;
  }

  @Test
  void invalidBackupChangesNothing() throws Exception {
    Path newer = writeAhead();
    byte[] before = Files.readAllBytes(file);
    List<Path> files = files();
    Path rubbish = Files.writeString(directory.resolve("rubbish"), "no database".repeat(1_000));
    Path users = directory.resolve("users.db");
    sql(users, "CREATE TABLE users (name TEXT)");
    Path later = directory.resolve("later.db");
    Files.copy(backup, later);
    sql(later, "UPDATE log SET version = 99");
    Path cut = directory.resolve("cut.db");
    Files.copy(backup, cut);
    try (RandomAccessFile bytes = new RandomAccessFile(cut.toFile(), "rw")) {
      bytes.setLength(bytes.length() / 2);
    }
    Path beside = Files.createDirectory(directory.resolve("beside")).resolve("log.db");
    Files.copy(backup, beside);
    Files.copy(newer, beside.resolveSibling("log.db-wal"));
    assertRefused(rubbish, "cannot be used as a backup");
    assertRefused(users, "not the log of a hub");
    assertRefused(later, "has format version 99");
    assertRefused(beside, "does not belong to");
    assertRefused(cut, "cannot be used as a backup");
    assertRefused(directory.resolve("nowhere.db"), "There is no file");
    assertRefused(directory, "There is no file");
    assertRefused(file, "the log's file itself");
    assertThat(files()).isEqualTo(files);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  private void assertRefused(Path from, String reason) {
    CommandRun ended = restore(from, file);
    assertThat(ended.code()).as(ended.errors()).isEqualTo(1);
    assertThat(ended.errors()).contains(reason).hasLineCount(1);
    assertThat(ended.output()).isEmpty();
  }

  @Test
  void damagedUpdatesOfABackupAreReported() throws Exception {
    sql(backup, "UPDATE updates SET data = '99' WHERE sequence IN (3, 10)");
    CommandRun ended = restore(backup, directory.resolve("new/log.db"));
    assertThat(ended.code()).as(ended.errors()).isZero();
    assertThat(ended.output())
        .contains("10 updates, up to number 10")
        .contains("2 of them are damaged")
        .contains("There was no log before");
  }

  @Test
  void fileDefaultsToTheConfiguredOne() {
    assertThat(CommandRun.of("log").code()).isEqualTo(2);
    assertThat(CommandRun.of("log").errors()).contains("log restore BACKUP");
    assertThat(CommandRun.of("log", "restore").errors()).contains("BACKUP");
    CommandRun help = CommandRun.of("log", "restore", "--help");
    assertThat(help.code()).isZero();
    assertThat(help.output()).contains("history.path");
  }
}
