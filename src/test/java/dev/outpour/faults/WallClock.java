package dev.outpour.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The wall clock as one process sees it: it can be set while the process runs. The monotonic clock
 * goes on as it does.
 */
final class WallClock {

  private static final Path SOURCE = Path.of("src/test/resources/faults/wall-clock.c");

  private final Path library;
  private final Path offset;

  private WallClock(Path library, Path offset) {
    this.library = library;
    this.offset = offset;
  }

  /** Makes one that is right at first. */
  static WallClock make(Path directory) throws IOException {
    Path library = directory.resolve("wall-clock.so");
    Machine.run(
        Machine.tool("gcc", "gcc libc6-dev"),
        "-shared",
        "-fPIC",
        "-o",
        library.toString(),
        SOURCE.toAbsolutePath().toString());
    WallClock clock = new WallClock(library, directory.resolve("clock-offset"));
    clock.set(Duration.ZERO);
    return clock;
  }

  /** What a process has in its environment to go by this clock. */
  Map<String, String> environment() {
    return Map.of("LD_PRELOAD", library.toString(), "CLOCK_OFFSET", offset.toString());
  }

  /** Sets it so much ahead of the machine's, or behind. */
  void set(Duration ahead) throws IOException {
    Files.writeString(offset, "" + ahead.toSeconds());
  }
}
