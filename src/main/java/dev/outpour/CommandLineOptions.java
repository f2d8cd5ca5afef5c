package dev.outpour;

import dev.outpour.cli.Commands;
import io.vertx.launcher.application.impl.VertxApplicationCommand;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * The options of the command line that are needed before Vert.x starts. The launcher parses the
 * same arguments again.
 *
 * @param conf a file, or the JSON itself
 * @param verticle the class to deploy instead of {@link MainVerticle}
 * @param clustered whether to join a cluster
 * @param instances whether the number of instances is given
 * @param help whether to print only the help
 */
record CommandLineOptions(
    Optional<String> conf,
    Optional<String> verticle,
    boolean clustered,
    boolean instances,
    boolean help) {

  /**
   * Parses the command line.
   *
   * @throws CommandLine.ParameterException if an option is unknown or lacks its value
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

  /** The command of the launcher, so that both accept the same options. */
  static CommandLine commandLine() {
    CommandLine commandLine =
        new CommandLine(new VertxApplicationCommand(null, null, null))
            .setCommandName("java -jar outpour.jar")
            .setOptionsCaseInsensitive(true);
    commandLine.getCommandSpec().usageMessage().footer(footer());
    return commandLine;
  }
}
