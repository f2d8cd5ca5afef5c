package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder for temporary files, of a process that takes long to end. */
class RunFolderTest {

  @TempDir private Path directory;

  @Test
  void nobodyTakesAFolderFromAProcessThatIsStillEnding() throws Exception {
    try (HubProcess ending = start()) {
      ending.awaitLine("Ending");
      List<Path> own = folders();
      assertThat(own).hasSize(1);
      try (HubProcess second = start()) {
        second.awaitLine("Ending");
        assertThat(folders()).hasSize(2).containsAll(own);
        second.kill();
      }
      ending.kill();
      try (HubProcess third = start()) {
        third.awaitLine("Ending");
        assertThat(folders()).as("those of ended processes go").hasSize(1).isNotEqualTo(own);
      }
    }
  }

  private HubProcess start() throws Exception {
    return HubProcess.start(
        List.of(),
        directory,
        Map.of(),
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Djava.io.tmpdir=" + directory,
            "-cp",
            System.getProperty("java.class.path"),
            EndsSlowly.class.getName()));
  }

  private List<Path> folders() throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  /** Creates its folder and starts to end, but is delayed, as by slow subscribers. */
  static final class EndsSlowly {

    private EndsSlowly() {}

    public static void main(String[] args) {
      RunFolder.make();
      Runtime.getRuntime().addShutdownHook(new Thread(EndsSlowly::drain));
      System.exit(0);
    }

    private static void drain() {
      try {
        for (int i = 0; i < 3; i++) {
          collectGarbage();
        }
        System.out.println("Ending");
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static void collectGarbage() throws InterruptedException {
      ReferenceQueue<Object> collected = new ReferenceQueue<>();
      PhantomReference<Object> garbage = new PhantomReference<>(new Object(), collected);
      System.gc();
      assertThat(collected.remove()).isSameAs(garbage);
    }
  }
}
