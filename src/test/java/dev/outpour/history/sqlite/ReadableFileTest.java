package dev.outpour.history.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outpour.history.HistoryDriver;
import dev.outpour.history.Retention;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Samples;
import dev.outpour.update.Update;
import io.vertx.core.buffer.Buffer;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person can read the log's file with SQLite's shell while the hub has it open. */
class ReadableFileTest {

  @TempDir private Path directory;

  private static boolean hasShell() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(each -> Files.isExecutable(Path.of(each, "sqlite3")));
  }

  private static String ask(Path file, String sql) throws Exception {
    Process shell =
        new ProcessBuilder("sqlite3", "-readonly", file.toString(), sql)
            .redirectErrorStream(true)
            .start();
    String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(shell.exitValue()).as(output).isZero();
    return output;
  }

  @Test
  void shellOfSqliteReadsWhatTheHubHasJustCommittedAndIsNotInItsWay() throws Exception {
    if ("true".equals(System.getenv("CI"))) {
      assertThat(hasShell()).as("sqlite3 on the PATH").isTrue();
    }
    assumeTrue(hasShell(), "sqlite3 is needed on the PATH");
    Path file = directory.resolve("log.db");
    Retention retention = new Retention(1_000, Duration.ofHours(24), 1L << 40);
    try (HistoryDriver log = new HistoryDriver(file).open(retention)) {
      Draft shipped =
          new Draft(
              Samples.topics("orders/42", "eu"),
              "shipped",
              null,
              Update.Form.JSON,
              Buffer.buffer("{\"weight\": 1.50}"));
      log.append(Batch.of(shipped), Batch.of(Samples.draft("Käse", "kitchen")));
      assertThat(ask(file, "SELECT * FROM readable").lines())
          .containsExactly(
              "1|2023-11-14 22:13:20|orders/42|eu|shipped|json|0|{\"weight\": 1.50}",
              "2|2023-11-14 22:13:20|kitchen|||text|0|Käse");
      log.append(Batch.of(Samples.draft("more", "kitchen")));
      assertThat(ask(file, "SELECT count(*) FROM readable WHERE topic = 'kitchen'"))
          .isEqualTo("2\n");
    }
  }
}
