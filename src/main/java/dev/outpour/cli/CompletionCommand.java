package dev.outpour.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code completion}: a script that completes the commands and their options in a shell. */
@Command(
    name = "completion",
    description = {"Prints a script for bash and zsh that completes the commands' options.", ""},
    footer = {
      "",
      "It is for a command of the name outpour, such as this in ~/.bashrc:",
      "  outpour() { java -jar /opt/outpour/outpour.jar \"$@\"; }",
      "  source <(outpour completion)"
    })
final class CompletionCommand implements Callable<Integer> {
  private static final String NAME = "outpour";

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Read by picocli alone. */
  @SuppressWarnings("UnusedVariable")
  @Option(names = "--help", usageHelp = true, description = "Show this")
  private boolean help;

  @Override
  public Integer call() {
    System.out.print(AutoComplete.bash(NAME, spec.root().commandLine()));
    return 0;
  }
}
