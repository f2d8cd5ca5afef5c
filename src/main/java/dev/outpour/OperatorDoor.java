package dev.outpour;

import dev.outpour.auth.OperatorToken;
import dev.outpour.http.HttpSettings;
import dev.outpour.http.HttpSettings.Service;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's way into a hub without keys: says its token once, and keeps it in a file beside
 * the log, or in the working directory where this process has none in a file. It blocks, and is
 * used by the threads that start and stop the process, one after the other.
 */
final class OperatorDoor {

  private static final Logger log = LoggerFactory.getLogger(OperatorDoor.class);

  private final Path file;
  private final String token;

  private OperatorDoor(Path file, String token) {
    this.file = file;
    this.token = token;
  }

  /**
   * Opens it, unless there are keys, or nothing that is an operator's is served.
   *
   * @param port the port that is listened on
   */
  static Optional<OperatorDoor> open(Configuration configuration, int port, String token) {
    Optional<HttpSettings> http = configuration.http().filter(OperatorDoor::isServed);
    if (http.isEmpty() || configuration.auth().hasKeys()) {
      return Optional.empty();
    }
    Path file = OperatorToken.file(folder(configuration), port);
    Optional<Path> kept = Optional.empty();
    try {
      OperatorToken.write(file, token);
      kept = Optional.of(file);
    } catch (IOException e) {
      log.warn(
          "The operator's token cannot be kept in {}, so that commands do not find it: {}",
          file,
          e.toString());
    }
    log.info(line(http.get(), port, token, kept));
    return Optional.of(new OperatorDoor(file, token));
  }

  private static boolean isServed(HttpSettings http) {
    return http.presence()
        || http.serve().stream()
            .anyMatch(List.of(Service.CONSOLE, Service.TOPICS, Service.READERS)::contains);
  }

  private static Path folder(Configuration configuration) {
    Path log = Path.of(configuration.history().path()).toAbsolutePath().getParent();
    boolean beside = configuration.ingest().isPresent() && configuration.history().durable();
    return beside && log != null ? log : Path.of("").toAbsolutePath();
  }

  /**
   * What is said of it.
   *
   * @param kept the file that the token is kept in, if it is
   */
  static String line(HttpSettings http, int port, String token, Optional<Path> kept) {
    String opens =
        http.serve().contains(Service.CONSOLE)
            ? "open " + ReadyLine.url(http, port) + "/console.html#token=" + token
            : "its token is " + token;
    return "Operators of this hub: "
        + opens
        + " (good until this hub ends"
        + kept.map(file -> ", and kept in " + file).orElse("")
        + ")";
  }

  /** Closes it: the token is worth nothing any more. */
  void close() {
    try {
      OperatorToken.remove(file, token);
    } catch (IOException e) {
      log.warn("The operator's token, which has ended, stays in {}: {}", file, e.toString());
    }
  }
}
