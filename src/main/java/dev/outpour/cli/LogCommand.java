package dev.outpour.cli;

import dev.outpour.cli.hub.CommandException;
import dev.outpour.history.HistorySettings;
import dev.outpour.history.sqlite.file.LogCopy;
import dev.outpour.history.sqlite.file.LogRestore;
import dev.outpour.history.sqlite.file.LogRestore.Restored;
import dev.outpour.settings.CannotStartException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code log}: works on a log's file while its hub is stopped. */
@Command(
    name = "log",
    sortOptions = false,
    description = {"Restores the log of a stopped hub from a backup.", ""})
final class LogCommand implements Callable<Integer> {

  private final Function<Optional<String>, HistorySettings> configuration;

  /** Read by picocli alone. */
  @SuppressWarnings("UnusedVariable")
  @Option(names = "--help", usageHelp = true, description = "Show this help")
  private boolean help;

  /**
   * @param configuration reads the section {@code history} of a file, or of the default one
   */
  LogCommand(Function<Optional<String>, HistorySettings> configuration) {
    this.configuration = configuration;
  }

  @Override
  public Integer call() {
    throw CommandException.usage("Say what to do: log restore BACKUP");
  }

  @Command(
      name = "restore",
      sortOptions = false,
      description = {
        "Checks a backup completely, then replaces the log with it and keeps the previous log beside"
            + " it. Stop the hub first.",
        ""
      },
      footer = {
        "",
        "Exit code: 0 on success, 1 on failure, 2 if the options are invalid. Unless it is 0, the log"
            + " is unchanged."
      })
  int restore(
      @Parameters(
              paramLabel = "BACKUP",
              description = "A file made by VACUUM INTO, or the log of a stopped hub")
          Path backup,
      @Option(
              names = "--to",
              paramLabel = "FILE",
              description = "The log to replace; default history.path of the configuration")
          @Nullable Path to,
      @Option(
              names = "-conf",
              paramLabel = "FILE",
              description = "The hub's configuration; default conf/config.json, as for the hub")
          @Nullable String conf,
      @Option(names = "--help", usageHelp = true, description = "Show this help") boolean helped) {
    Path target = to == null ? Path.of(configuration.apply(Optional.ofNullable(conf)).path()) : to;
    try {
      tell(backup, target, new LogRestore(backup, target).run());
      return 0;
    } catch (CannotStartException e) {
      throw CommandException.failed(String.valueOf(e.getMessage()));
    }
  }

  private static void tell(Path backup, Path target, Restored done) {
    LogCopy.Contents log = done.backup();
    System.out.println("Restored " + target + " from " + backup + ": " + contents(log));
    if (log.damaged() > 0) {
      System.out.println(
          log.damaged() + " of them are damaged; subscribers receive outpour.truncated (damaged)");
    }
    System.out.println(
        done.kept()
            .map(kept -> "The previous log is kept as " + kept)
            .orElse("There was no log before"));
    System.out.println(
        "Start the hub. Subscribers beyond the backup receive outpour.truncated (rolled-back or"
            + " unknown) and then every new update. Idempotency keys from after the backup are lost:"
            + " an update that is sent again is stored again");
  }

  private static String contents(LogCopy.Contents log) {
    return log.updates()
        + " updates, up to number "
        + log.last()
        + (log.newestMillis() == 0 ? "" : " of " + Instant.ofEpochMilli(log.newestMillis()));
  }
}
