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
 * The operator's access to a hub without keys. It logs the token once, and stores it in a file:
 * beside the log, or in the working directory if this process has no log in a file. It blocks, and
 * is called by the threads that start and stop the process, one after the other.
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
   * Opens it, unless there are keys, or the hub serves nothing for operators.
   *
   * @param port the port of the hub
   */
  static Optional<OperatorDoor> open(Configuration configuration, int port, String token) {
    Optional<HttpSettings> http = configuration.http().filter(OperatorDoor::isServed);
    if (http.isEmpty() || configuration.auth().hasKeys()) {
      return Optional.empty();
    }
    Path file = OperatorToken.file(folder(configuration), port);
    Optional<Path> stored = Optional.empty();
    try {
      OperatorToken.write(file, token);
      stored = Optional.of(file);
    } catch (IOException e) {
      log.warn(
          "Could not write the operator's token to {}, so commands will not find it: {}",
          file,
          e.toString());
    }
    log.info(line(http.get(), port, token, stored));
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
   * The line in the log.
   *
   * @param stored the file with the token, if it could be written
   */
  static String line(HttpSettings http, int port, String token, Optional<Path> stored) {
    String opens =
        http.serve().contains(Service.CONSOLE)
            ? "open " + ReadyLine.url(http, port) + "/console.html#token=" + token
            : "its token is " + token;
    return "Operators of this hub: "
        + opens
        + " (good until this hub ends"
        + stored.map(file -> ", and kept in " + file).orElse("")
        + ")";
  }

  /** Closes it. The token is no longer valid. */
  void close() {
    try {
      OperatorToken.remove(file, token);
    } catch (IOException e) {
      log.warn("Could not remove {}, whose token is no longer valid: {}", file, e.toString());
    }
  }
}
