package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.faults.Extent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals at any moment, and what remains after them. */
class SignalIT {

  private static final String CONFIGURATION = "{\"http\": {\"port\": 0}, \"ingest\": {}}";
  private static final int ROUNDS = Extent.of(8, 8, 4);

  /** The exit code of Java, before the hub handles signals. */
  private static final int BEFORE_JAVA = 143;

  @TempDir private Path directory;

  private HubProcess start(Path temporary) throws Exception {
    return HubProcess.start(
        directory, Map.of(), List.of("-Djava.io.tmpdir=" + temporary), "-conf", CONFIGURATION);
  }

  private static List<Path> in(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void hubEndsWithZeroAndWithoutTracesAtAnyMomentOfItsStart() throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    long begun = System.nanoTime();
    try (HubProcess hub = start(temporary)) {
      hub.awaitPort();
    }
    long startNanos = System.nanoTime() - begun;
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      long nanos = (long) (startNanos * (0.1 + 1.1 * random.nextDouble()));
      try (HubProcess hub = start(temporary)) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
          LockSupport.parkNanos(end - System.nanoTime());
        }
        int code = hub.terminate().awaitExit();
        String what = "seed " + seed + ", after " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
        assertThat(hub.output())
            .as(what)
            .noneMatch(line -> line.contains("ERROR") || line.contains("WARN"))
            .noneMatch(line -> line.startsWith("    "));
        assertThat(code).as(what).isEqualTo(hub.output().isEmpty() && code != 0 ? BEFORE_JAVA : 0);
      }
    }
  }

  @Test
  void hubEndsWithZeroRightAfterItIsReady() throws Exception {
    for (int i = 0; i < ROUNDS / 2; i++) {
      try (HubProcess hub = start(directory)) {
        hub.awaitLine("SocketWriterProbe");
        assertThat(hub.terminate().awaitExit()).isZero();
        assertThat(hub.output()).last().asString().endsWith("Stopped");
        assertThat(hub.output()).noneMatch(line -> line.contains("ERROR"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP"})
  void everySignalThatAsksForItEndsWithZero(String signal) throws Exception {
    try (HubProcess hub = start(directory)) {
      hub.awaitPort();
      new ProcessBuilder("kill", "-" + signal, "" + hub.pid()).inheritIO().start().waitFor();
      assertThat(hub.awaitExit()).isZero();
      assertThat(hub.output()).last().asString().endsWith("Stopped");
    }
  }

  @Test
  void temporaryFilesOfKilledHubsGoAtTheNextStartAndNoOthers() throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Path others = Files.createDirectory(temporary.resolve("outpour-run-of-something-else"));
    Files.createFile(others.resolve("file"));
    try (HubProcess killed = start(temporary)) {
      killed.awaitPort();
      killed.kill();
    }
    List<Path> left = in(temporary);
    assertThat(left).hasSize(2);
    try (HubProcess next = start(temporary)) {
      next.awaitPort();
      List<Path> now = in(temporary);
      assertThat(now).hasSize(2).contains(others);
      assertThat(now).isNotEqualTo(left);
      Path elsewhere = Files.createDirectory(directory.resolve("second"));
      try (HubProcess second =
          HubProcess.start(
              elsewhere,
              Map.of(),
              List.of("-Djava.io.tmpdir=" + temporary),
              "-conf",
              CONFIGURATION)) {
        second.awaitPort();
        assertThat(in(temporary)).as("a hub that runs keeps its own").hasSize(3).containsAll(now);
        second.terminate().awaitExit();
      }
      next.terminate().awaitExit();
    }
    assertThat(in(temporary)).containsExactly(others);
  }
}
