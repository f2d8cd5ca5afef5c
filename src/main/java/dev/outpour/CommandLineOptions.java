package dev.outpour;

import dev.outpour.cli.Commands;
import io.vertx.launcher.application.impl.VertxApplicationCommand;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * What of the command line matters before Vert.x starts; the launcher reads the same arguments
 * again for itself.
 *
 * @param conf a file, or JSON itself
 * @param verticle the class to deploy instead of the parts list
 * @param clustered whether to join a cluster
 * @param instances whether a number of instances was asked for
 * @param help whether all this is only a question
 */
record CommandLineOptions(
    Optional<String> conf,
    Optional<String> verticle,
    boolean clustered,
    boolean instances,
    boolean help) {

  /**
   * @throws CommandLine.ParameterException if an option is not known or lacks its value
   */
  static CommandLineOptions parse(String... args) {
    ParseResult parsed = commandLine().parseArgs(args);
    return new CommandLineOptions(
        Optional.ofNullable(parsed.matchedOptionValue("-conf", null)),
        Optional.ofNullable(parsed.matchedPositionalValue(0, null)),
        parsed.hasMatchedOption("-cluster"),
        parsed.hasMatchedOption("-instances"),
        parsed.isUsageHelpRequested());
  }

  private static String[] footer() {
    return Stream.concat(Stream.of(""), Stream.of(Commands.hint())).toArray(String[]::new);
  }

  /**
   * The launcher's own command, so that both understand the same; only its options are used here.
   */
  static CommandLine commandLine() {
    CommandLine commandLine =
        new CommandLine(new VertxApplicationCommand(null, null, null))
            .setCommandName("java -jar outpour.jar")
            .setOptionsCaseInsensitive(true);
    commandLine.getCommandSpec().usageMessage().footer(footer());
    return commandLine;
  }
}
