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
 * The commands besides the hub itself, by their first word: each is for a hub that runs, but for
 * {@code log}.
 *
 * <p>Faults are told in one line on standard error. Called by the main thread.
 */
public final class Commands {

  @Command(name = "java -jar outpour.jar")
  private static final class All {}

  private Commands() {}

  /** Whether a command line is one of theirs. */
  public static boolean include(String... args) {
    return args.length > 0 && commandLine().getSubcommands().containsKey(args[0]);
  }

  /** Lines that name them, and say what each does. */
  public static String[] hint() {
    Stream<String> all =
        commandLine().getSubcommands().entrySet().stream()
            .map(each -> "  %-12s%s".formatted(each.getKey(), purpose(each.getValue())));
    return Stream.concat(Stream.of("Commands besides the hub itself, each with --help:"), all)
        .toArray(String[]::new);
  }

  private static String purpose(CommandLine command) {
    String description = command.getCommandSpec().usageMessage().description()[0];
    return description.split("(?<=[.:]) |[.:]$", 2)[0].replaceAll("[.:]$", "");
  }

  /**
   * Runs a command to its end.
   *
   * @param rights reads what there is about them in a file, or where none is named
   * @param history reads what there is about the log there
   * @param own reads where the hub of that configuration is
   * @return the exit code: 0 if all went well, 2 if the command line cannot be used, else 1
   */
  public static int run(
      Function<Optional<String>, AuthSettings> rights,
      Function<Optional<String>, HistorySettings> history,
      Function<Optional<String>, OwnHub> own,
      String... args) {
    CommandLine commandLine =
        commandLine(rights, history, own)
            .setParameterExceptionHandler((fault, given) -> unusable(fault))
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
          throw nothing();
        },
        conf -> {
          throw nothing();
        },
        conf -> {
          throw nothing();
        });
  }

  private static IllegalStateException nothing() {
    return new IllegalStateException("Nothing is run");
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
        // What is published may begin with an @, and is no file of arguments.
        .setExpandAtFiles(false);
  }

  private static int unusable(ParameterException fault) {
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

  /** What is not foreseen is shown in full. */
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
