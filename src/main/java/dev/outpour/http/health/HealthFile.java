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
 * A file that says how the hub is, for who looks from the same machine: its one line is {@code up},
 * or {@code down: } and why. It is written anew every few seconds, so that an old one says that
 * nothing turns any more; by one event loop of the process.
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
   * Begins to write, on the event loop of the caller.
   *
   * @param path empty: there is none
   */
  public static HealthFile begin(Vertx vertx, String path, Supplier<Optional<String>> trouble) {
    return new HealthFile(vertx, path, trouble);
  }

  /** One file has one name, however its path is written. */
  private String key() {
    return path.toAbsolutePath().normalize().toString();
  }

  /**
   * Nothing, while a disk still hangs on the line before: then the file grows old, as it should.
   */
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
                    "http.healthFile cannot be written, trying again ({}): have the hub's user"
                        + " write in the folder {}, or name another file",
                    written.cause().toString(),
                    path.toAbsolutePath().getParent());
              }
              failed = written.failed();
            });
  }

  /** In one step: who looks finds all of a line. */
  private Path write(String line) throws IOException {
    Path anew = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(anew);
    Files.writeString(PrivateFiles.create(anew), line + "\n");
    return Files.move(
        anew, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Writes no more, and takes away what it has written. */
  public void end() {
    if (isWriter) {
      vertx.cancelTimer(timer);
      writers.remove(key());
      var unused = vertx.executeBlocking(() -> Files.deleteIfExists(path));
    }
  }
}
