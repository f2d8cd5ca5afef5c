package dev.outpour.history.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.RamDirectory;
import dev.outpour.history.History;
import dev.outpour.history.LogClock;
import dev.outpour.history.ManualClock;
import dev.outpour.history.Retention;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.settings.CannotStartException;
import dev.outpour.update.Batch;
import dev.outpour.update.Page;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Samples;
import dev.outpour.update.Update;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log's file is moved, removed or replaced, or another hub opens it. */
@Timeout(60)
class TakenAwayTest {

  private static final Retention EVERYTHING =
      new Retention(1_000_000, Duration.ofHours(24), 1L << 40);

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final Path home = RamDirectory.make();
  private final Path directory = home.resolve("data");
  private final Path file = directory.resolve("log.db");
  private final Path wal = directory.resolve("log.db-wal");
  private History history;
  private int published;

  @BeforeEach
  void open() throws Exception {
    history = Await.result(opening(file));
    publish(200);
    // As after a hub has run for a while: from now on a change of the folder triggers a check.
    Files.setLastModifiedTime(directory, FileTime.from(Instant.now().minusSeconds(60)));
    publish(1);
    pause();
  }

  /** Waits until the next append checks everything before it writes. */
  private static void pause() {
    long begun = System.nanoTime();
    Await.until("a pause", () -> System.nanoTime() - begun > TimeUnit.MILLISECONDS.toNanos(10));
  }

  @AfterEach
  void stop() {
    Await.result(on(history::close));
    Await.result(vertx.close());
  }

  private <T> Future<T> on(Supplier<Future<T>> call) {
    Promise<T> result = Promise.promise();
    context.runOnContext(turn -> call.get().onComplete(result));
    return result.future();
  }

  private Future<History> opening(Path path) {
    LogClock clock = new ManualClock().logClock();
    return on(() -> SqliteHistory.open(vertx, path, EVERYTHING, clock));
  }

  private String refusalToOpen(Path path) {
    Future<History> second = opening(path);
    // As the owner of the log does.
    Await.until(
        "an answer", () -> Await.result(on(history::inspect)) != null && second.isComplete());
    assertThat(second.cause()).isInstanceOf(CannotStartException.class);
    return second.cause().getMessage();
  }

  private Future<History.Commit> appending() {
    Batch batch = Batch.of(Samples.draft("data " + (published + 1), "t", "u/" + published));
    return on(() -> history.append(List.of(batch)));
  }

  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      Await.result(appending());
      published++;
    }
  }

  private int refusal() {
    Throwable failure = Await.failure(appending());
    assertThat(failure).isInstanceOf(RefusedException.class);
    return ((RefusedException) failure).refusal().status();
  }

  private Optional<String> trouble() {
    return Await.result(on(history::inspect));
  }

  private void assertRefused() {
    long head = history.head().last();
    for (int i = 0; i < 3; i++) {
      assertThat(refusal()).isEqualTo(503);
    }
    assertThat(trouble()).isPresent();
    assertThat(history.head().last()).isEqualTo(head);
    assertThat(history.lost().isComplete()).isFalse();
  }

  /** Every update that was confirmed is there once, and publishing continues. */
  private void assertGoesOn() {
    publish(10);
    assertThat(trouble()).isEmpty();
    assertThat(all(history)).hasSize(published);
    assertThat(all(history)).extracting(Update::sequence).endsWith((long) published);
  }

  private List<Update> all(History of) {
    List<Update> all = new ArrayList<>();
    for (long cursor = 0; cursor < of.head().last(); ) {
      long after = cursor;
      Page page = Await.result(on(() -> of.read(after)));
      page.updates().stream().filter(each -> each.sequence() > after).forEach(all::add);
      cursor = page.to();
    }
    return all;
  }

  private static void remove(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      for (Path each : files.toList()) {
        Files.delete(each);
      }
    }
    Files.delete(directory);
  }

  private static void cut(Path path, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    }
  }

  private static void run(Path path, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Runs a command: if this process itself opened the files, SQLite would lose its locks. */
  private static void shell(String... command) throws Exception {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void folderThatIsMovedIsMissedAndGoesOnWhenItIsBack() throws Exception {
    Path elsewhere = home.resolve("elsewhere");
    Files.move(directory, elsewhere);
    assertRefused();
    assertThat(directory).doesNotExist();
    assertThat(refusalToOpen(elsewhere.resolve("log.db"))).contains("Another hub uses");
    Files.move(elsewhere, directory);
    assertGoesOn();
  }

  @Test
  void folderThatIsRemovedIsMissedAndAnotherLogMayBeginThere() throws Exception {
    remove(directory);
    assertRefused();
    History second = Await.result(opening(file));
    assertThat(second.head().last()).isZero();
    assertRefused();
    Await.result(on(history::close));
    Await.result(on(() -> second.append(List.of(Batch.of(Samples.draft("new", "t"))))));
    assertThat(Await.result(on(second::inspect))).isEmpty();
    assertThat(wal).as("the closed log left the other log's files alone").exists();
    history = second;
  }

  @Test
  void anotherFileInItsPlaceIsNotTakenForIt() throws Exception {
    Path copy = home.resolve("copy.db");
    run(file, "VACUUM INTO '" + copy + "'");
    publish(10);
    Files.move(file, home.resolve("aside.db"));
    Files.move(copy, file);
    assertRefused();
    Files.move(home.resolve("aside.db"), file, StandardCopyOption.REPLACE_EXISTING);
    assertGoesOn();
  }

  @Test
  void copyOverTheFileIsNotTakenForIt() throws Exception {
    Path copy = home.resolve("copy.db");
    shell("cp", file.toString(), copy.toString());
    publish(10);
    shell("cp", copy.toString(), file.toString());
    assertRefused();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 4096, 20_000})
  void fileThatIsCutShortIsNotWritten(long bytes) throws Exception {
    shell("truncate", "-s", Long.toString(bytes), file.toString());
    assertRefused();
  }

  @Test
  void writeAheadLogThatIsRemovedIsTakenOverFromWhatIsOpen() throws Exception {
    Files.delete(wal);
    assertGoesOn();
    Await.result(on(history::close));
    history = Await.result(opening(file));
    assertGoesOn();
  }

  @Test
  void writeAheadLogThatIsRemovedBetweenTwoCommitsLosesNothingThatWasAnswered() throws Exception {
    int unknown = 0;
    for (int i = 0; i < 40; i++) {
      publish(1);
      Files.delete(wal);
      Future<History.Commit> next = appending();
      Await.until("an answer", next::isComplete);
      if (next.succeeded()) {
        published++;
      } else {
        assertThat(((RefusedException) next.cause()).refusal().status()).isEqualTo(504);
        unknown++;
      }
    }
    publish(1);
    assertThat(unknown).as("publishes under way").isPositive();
    Await.result(on(history::close));
    history = Await.result(opening(file));
    assertThat(all(history)).hasSizeBetween(published, published + unknown);
    assertThat(all(history)).extracting(Update::sequence).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 100_000})
  void writeAheadLogThatIsCutShortIsNotWritten(long bytes) throws Exception {
    cut(wal, bytes);
    assertRefused();
    // As after the end of this process, which has the rest in memory.
    Path copy = Files.createDirectory(home.resolve("copy"));
    shell("cp", file.toString(), wal.toString(), copy.toString());
    History next = Await.result(opening(copy.resolve("log.db")));
    assertThat(next.head().last()).isLessThan(published);
    assertThat(all(next)).hasSize((int) next.head().last());
    Await.result(on(next::close));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 20_000})
  void writeAheadLogThatIsCutShortInTheMidstOfACommitIsMissed(long bytes) throws Exception {
    Await.result(on(history::close));
    FailingConnection cutting =
        new FailingConnection(
            () -> {
              cut(wal, bytes);
              return null;
            });
    LogClock clock = new ManualClock().logClock();
    history =
        Await.result(
            on(
                () ->
                    SqliteHistory.open(
                        vertx, file, EVERYTHING, clock, new TopicDirectory(0), cutting::around)));
    publish(100);
    cutting.failOn("COMMIT", false, 1);
    assertThat(refusal()).isEqualTo(504);
    assertRefused();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PASSIVE", "FULL", "RESTART", "TRUNCATE"})
  void checkpointOfAnotherProgramIsNoTrouble(String kind) throws Exception {
    for (int i = 0; i < 5; i++) {
      run(file, "PRAGMA wal_checkpoint(" + kind + ")");
      // As while nobody publishes.
      Await.result(on(() -> history.append(List.of(new Batch(List.of())))));
      Await.result(on(() -> history.append(List.of(new Batch(List.of())))));
      assertGoesOn();
    }
    assertThat(history.head().lineage().epochs()).as("not opened again").hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lock", "link", "dangling", "hard"})
  void secondHubIsRefusedWhateverItCallsTheFile(String how) throws Exception {
    Path other = home.resolve("other.db");
    switch (how) {
      case "lock" -> {
        Files.delete(directory.resolve("log.db.lock"));
        other = file;
      }
      case "link" -> Files.createSymbolicLink(other, Path.of("data", "log.db"));
      case "dangling" -> {
        Files.createSymbolicLink(home.resolve("folder"), directory);
        other = home.resolve("folder").resolve("log.db");
      }
      default -> Files.createLink(other, file);
    }
    String epoch = history.head().position().epoch();
    assertThat(refusalToOpen(other))
        .contains(how.equals("hard") ? "under another name" : "Another hub uses");
    assertGoesOn();
    assertThat(history.head().position().epoch()).isEqualTo(epoch);
    assertThat(directory.resolve("log.db.lock")).exists();
    assertThat(refusalToOpen(file)).contains("Another hub uses");
    assertThat(Files.list(directory))
        .extracting(each -> each.getFileName().toString())
        .containsExactlyInAnyOrder("log.db", "log.db-wal", "log.db-shm", "log.db.lock");
  }

  @Test
  void ownerThatSleptWhileAnotherTookTheLogOverWritesNoMore() throws Exception {
    Files.delete(directory.resolve("log.db.lock"));
    History second = Await.result(opening(file));
    assertThat(second.head().last()).isEqualTo(published);
    Await.result(on(() -> second.append(List.of(Batch.of(Samples.draft("new", "t"))))));
    assertThat(refusal()).isEqualTo(503);
    assertThat(Await.result(history.lost())).contains("Another hub writes");
    assertThat(Await.result(on(second::inspect))).isEmpty();
    Await.result(on(() -> second.append(List.of(Batch.of(Samples.draft("next", "t"))))));
    assertThat(all(second)).hasSize(published + 2);
    Await.result(on(history::close));
    history = second;
  }

  @Test
  void personWhoLooksAtTheLogKeepsNoHubFromIt() throws Exception {
    Await.result(on(history::close));
    try (Connection person = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = person.createStatement()) {
      statement.executeQuery("SELECT count(*) FROM readable").close();
      history = Await.result(opening(file));
      assertGoesOn();
    }
  }
}
