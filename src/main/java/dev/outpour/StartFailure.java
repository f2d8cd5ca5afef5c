package dev.outpour;

import dev.outpour.http.HttpSettings;
import dev.outpour.settings.CannotStartException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says in one line why the process cannot start, and what to change.
 *
 * <p>Absent means that nobody expected this failure: then its stack trace is worth showing.
 */
final class StartFailure {
  private StartFailure() {}

  static Optional<String> explain(Throwable failure, Configuration configuration) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .flatMap(cause -> explainOne(cause, configuration).stream())
        .findFirst();
  }

  private static Optional<String> explainOne(Throwable failure, Configuration configuration) {
    if (failure instanceof CannotStartException) {
      return Optional.of(String.valueOf(failure.getMessage()));
    }
    if (failure instanceof ClassNotFoundException) {
      return Optional.of("There is no verticle " + failure.getMessage() + ": check its spelling");
    }
    if (failure instanceof FileSystemException file) {
      return Optional.of("Cannot use " + file.getFile() + ": " + reason(file));
    }
    return configuration.http().flatMap(http -> explainListening(failure, http));
  }

  private static String reason(FileSystemException failure) {
    return failure instanceof AccessDeniedException
        ? "permission denied"
        : failure.getReason() == null ? failure.getClass().getSimpleName() : failure.getReason();
  }

  /** By message: the native transport has exceptions of its own, without a type for each reason. */
  private static Optional<String> explainListening(Throwable failure, HttpSettings http) {
    String message = lower(failure.getMessage());
    String where = "Port " + http.port() + " on " + http.host();
    if (message.contains("address already in use")) {
      return Optional.of(where + " is already in use: set http.port or stop the other program");
    }
    if (message.contains("permission denied")) {
      return Optional.of(where + " needs more rights: set http.port to 1024 or more");
    }
    if (message.contains("cannot assign requested address")
        || failure instanceof UnknownHostException) {
      return Optional.of(http.host() + " is not an address of this machine: set http.host");
    }
    return Optional.empty();
  }

  private static String lower(@Nullable String message) {
    return String.valueOf(message).toLowerCase(Locale.ROOT);
  }
}
