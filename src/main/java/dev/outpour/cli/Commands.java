package dev.outpour.cli;

import dev.outpour.auth.AuthSettings;
import dev.outpour.cli.bench.BenchCommand;
import dev.outpour.cli.hub.CommandException;
import dev.outpour.cli.hub.OwnHub;
import dev.outpour.cli.terminal.Utf8Console;
import dev.outpour.history.HistorySettings;
import dev.outpour.settings.CannotStartException;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The commands other than the hub itself, chosen by the first argument. All but {@code log} and
 * {@code token} talk to a running hub.
 *
 * <p>Errors are one line on standard error. Called by the main thread.
 */
public final class Commands {

  @Command(name = "java -jar outpour.jar")
  private static final class All {}

  private Commands() {}

  /** Whether these arguments name a command. */
  public static boolean include(String... args) {
    return args.length > 0 && commandLine().getSubcommands().containsKey(args[0]);
  }

  /** Lines for the hub's own help: each command and its purpose. */
  public static String[] hint() {
    Stream<String> all =
        commandLine().getSubcommands().entrySet().stream()
            .map(each -> "  %-12s%s".formatted(each.getKey(), purpose(each.getValue())));
    return Stream.concat(Stream.of("Other commands, each with --help:"), all)
        .toArray(String[]::new);
  }

  private static String purpose(CommandLine command) {
    String description = command.getCommandSpec().usageMessage().description()[0];
    return description.split("(?<=[.:]) |[.:]$", 2)[0].replaceAll("[.:]$", "");
  }

  /**
   * Runs a command to its end.
   *
   * @param rights reads the section {@code auth} of a configuration file, or of the default one
   * @param history reads the section {@code history} likewise
   * @param own finds the hub of that configuration
   * @return the exit code: 0 on success, 2 if the command line is invalid, else 1
   */
  public static int run(
      Function<Optional<String>, AuthSettings> rights,
      Function<Optional<String>, HistorySettings> history,
      Function<Optional<String>, OwnHub> own,
      String... args) {
    CommandLine commandLine =
        commandLine(rights, history, own)
            .setParameterExceptionHandler((fault, given) -> invalid(fault))
            .setExecutionExceptionHandler((fault, command, given) -> failed(fault));
    try {
      return commandLine.execute(Utf8Console.arguments(args));
    } catch (CannotStartException e) {
      System.err.println(e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
  }

  private static CommandLine commandLine() {
    return commandLine(
        conf -> {
          throw notRun();
        },
        conf -> {
          throw notRun();
        },
        conf -> {
          throw notRun();
        });
  }

  private static IllegalStateException notRun() {
    return new IllegalStateException("Only described, not run");
  }

  private static CommandLine commandLine(
      Function<Optional<String>, AuthSettings> rights,
      Function<Optional<String>, HistorySettings> history,
      Function<Optional<String>, OwnHub> own) {
    return new CommandLine(new All())
        .addSubcommand(new PublishCommand())
        .addSubcommand(new ListenCommand(history))
        .addSubcommand(new HealthCommand(own))
        .addSubcommand(new BenchCommand())
        .addSubcommand(new TokenCommand(rights))
        .addSubcommand(new LogCommand(history))
        .addSubcommand(new CompletionCommand())
        // Published data may begin with an @; it does not name a file of arguments.
        .setExpandAtFiles(false);
  }

  private static int invalid(ParameterException fault) {
    String near =
        fault instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions().stream()
                .findFirst()
                .map(option -> "; did you mean " + option + "?")
                .orElse("")
            : "";
    System.err.println(fault.getMessage() + near + " (--help lists the options)");
    return CommandLine.ExitCode.USAGE;
  }

  /** An unexpected exception is shown in full. */
  private static int failed(Exception fault) throws Exception {
    if (fault instanceof CommandException known) {
      System.err.println(known.getMessage());
      return known.exitCode();
    }
    if (fault instanceof CannotStartException known) {
      System.err.println(known.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    throw fault;
  }
}
