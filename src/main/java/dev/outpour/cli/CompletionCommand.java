package dev.outpour.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code completion}: prints a script for shell completion of commands and options. */
@Command(
    name = "completion",
    description = {"Prints a script for bash and zsh that completes commands and options.", ""},
    footer = {
      "",
      "It completes a command named outpour, such as this one in ~/.bashrc:",
      "  outpour() { java -jar /opt/outpour/outpour.jar \"$@\"; }",
      "  source <(outpour completion)"
    })
final class CompletionCommand implements Callable<Integer> {
  private static final String NAME = "outpour";

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Read by picocli alone. */
  @SuppressWarnings("UnusedVariable")
  @Option(names = "--help", usageHelp = true, description = "Show this help")
  private boolean help;

  @Override
  public Integer call() {
    System.out.print(AutoComplete.bash(NAME, spec.root().commandLine()));
    return 0;
  }
}
