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

/** {@code log}: works on the file of a log while no hub uses it. */
@Command(
    name = "log",
    sortOptions = false,
    description = {"Restores the log of a hub that is stopped from a backup.", ""})
final class LogCommand implements Callable<Integer> {

  private final Function<Optional<String>, HistorySettings> configuration;

  /** Read by picocli alone. */
  @SuppressWarnings("UnusedVariable")
  @Option(names = "--help", usageHelp = true, description = "Show this")
  private boolean help;

  /**
   * @param configuration what there is about the log in a file, or where none is named
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
        "Puts a backup in the place of the log, after checking all of it, and keeps what was there"
            + " beside it. The hub has to be stopped.",
        ""
      },
      footer = {
        "",
        "Exit code: 0 if it is done, 1 if it failed, 2 if the options cannot be used. Unless it is 0"
            + " the log is as it was."
      })
  int restore(
      @Parameters(
              paramLabel = "BACKUP",
              description = "A file that VACUUM INTO made, or the file of a hub that is stopped")
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
      @Option(names = "--help", usageHelp = true, description = "Show this") boolean helped) {
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
          log.damaged()
              + " of them are damaged. Subscribers are told so (outpour.truncated, damaged)");
    }
    System.out.println(
        done.kept()
            .map(kept -> "What was there before is kept as " + kept)
            .orElse("Nothing was there before"));
    System.out.println(
        "Start the hub. Subscribers who are further than the backup are told so"
            + " (outpour.truncated: rolled-back or unknown) and receive what is published from now"
            + " on. An idempotency key that came later than the backup is not known: an update that"
            + " is sent again is stored again");
  }

  private static String contents(LogCopy.Contents log) {
    return log.updates()
        + " updates, up to number "
        + log.last()
        + (log.newestMillis() == 0 ? "" : " of " + Instant.ofEpochMilli(log.newestMillis()));
  }
}
