package dev.outpour.http.health;

import dev.outpour.files.PrivateFiles;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the health of the hub to a file, for probes on the same machine: one line, {@code up}, or
 * {@code down: } and the reason. One event loop of the process rewrites it every few seconds; an
 * old file means that the hub hangs.
 */
public final class HealthFile {

  private static final Logger log = LoggerFactory.getLogger(HealthFile.class);

  private static final long PERIOD_MILLIS = 2_000;

  private final Vertx vertx;
  private final Path path;
  private final Supplier<Optional<String>> trouble;
  private final LocalMap<String, Boolean> writers;
  private final boolean isWriter;
  private final long timer;
  private boolean writing;
  private boolean failed;

  private HealthFile(Vertx vertx, String path, Supplier<Optional<String>> trouble) {
    this.vertx = vertx;
    this.path = Path.of(path);
    this.trouble = trouble;
    this.writers = vertx.sharedData().getLocalMap("outpour.healthFiles");
    this.isWriter = !path.isEmpty() && writers.putIfAbsent(key(), true) == null;
    this.timer = isWriter ? vertx.setPeriodic(0, PERIOD_MILLIS, tick -> write()) : -1;
  }

  /**
   * Starts to write, on the caller's event loop.
   *
   * @param path empty: no file
   */
  public static HealthFile begin(Vertx vertx, String path, Supplier<Optional<String>> trouble) {
    return new HealthFile(vertx, path, trouble);
  }

  /** The same for all spellings of a path. */
  private String key() {
    return path.toAbsolutePath().normalize().toString();
  }

  /** Does nothing while the last write hangs: then the file gets old, as it should. */
  private void write() {
    if (writing) {
      return;
    }
    writing = true;
    String line = trouble.get().map(why -> "down: " + why).orElse("up");
    vertx
        .executeBlocking(() -> write(line))
        .onComplete(
            written -> {
              writing = false;
              if (written.failed() && !failed) {
                log.warn(
                    "Cannot write http.healthFile, retrying ({}): let the hub's user write to the"
                        + " folder {}, or name another file",
                    written.cause().toString(),
                    path.toAbsolutePath().getParent());
              }
              failed = written.failed();
            });
  }

  /** Replaces the file atomically, so that probes never see a partial line. */
  private Path write(String line) throws IOException {
    Path temporary = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    Files.writeString(PrivateFiles.create(temporary), line + "\n");
    return Files.move(
        temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Stops, and deletes the file. */
  public void end() {
    if (isWriter) {
      vertx.cancelTimer(timer);
      writers.remove(key());
      var unused = vertx.executeBlocking(() -> Files.deleteIfExists(path));
    }
  }
}
