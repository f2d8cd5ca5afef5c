package dev.outpour;

import dev.outpour.cluster.ClusterSettings;
import dev.outpour.http.CannotListenException;
import dev.outpour.settings.CannotStartException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Explains in one line why the process cannot start, and what to change. */
final class StartFailure {
  private StartFailure() {}

  /** Explains why the node could not join a cluster: by the root cause and the settings. */
  static String explainJoining(Throwable failure, ClusterSettings cluster) {
    String cause = causes(failure).reduce(failure, (outer, inner) -> inner).getMessage();
    return "Cannot join a cluster at cluster.host "
        + cluster.host()
        + ", cluster.port "
        + cluster.port()
        + ": "
        + cause;
  }

  /** Explains a failure; empty if it is unexpected, and needs its stack trace. */
  static Optional<String> explain(Throwable failure, Configuration configuration) {
    return causes(failure).flatMap(cause -> explainOne(cause, configuration).stream()).findFirst();
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
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
    return failure instanceof CannotListenException listening
        ? configuration.http().flatMap(http -> explainListening(listening, http.port()))
        : Optional.empty();
  }

  private static String reason(FileSystemException failure) {
    return failure instanceof AccessDeniedException
        ? "permission denied"
        : failure.getReason() == null ? failure.getClass().getSimpleName() : failure.getReason();
  }

  /** Goes by the message, since the native transport has no exception type for each reason. */
  private static Optional<String> explainListening(CannotListenException failure, int port) {
    String message = lower(failure.getCause().getMessage());
    String where = "Port " + port + " on " + failure.address();
    if (message.contains("address already in use")) {
      return Optional.of(where + " is already in use: set http.port or stop the other program");
    }
    if (message.contains("permission denied")) {
      return Optional.of(where + " needs more rights: set http.port to 1024 or more");
    }
    if (message.contains("cannot assign requested address")
        || failure.getCause() instanceof UnknownHostException) {
      return Optional.of(failure.address() + " is not an address of this machine: set http.host");
    }
    return Optional.empty();
  }

  private static String lower(@Nullable String message) {
    return String.valueOf(message).toLowerCase(Locale.ROOT);
  }
}
