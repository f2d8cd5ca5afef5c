package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The command line of the hub itself. */
class CommandLineOptionsTest {

  @Test
  void helpNamesTheCommandsBesides() {
    assertThat(CommandLineOptions.commandLine().getUsageMessage())
        .contains("-conf", "each with --help:")
        .containsPattern(
            "(?m)^  publish +Publishes an update, or with - each line of standard input$")
        .containsPattern("(?m)^  token +Signs a token with .*$");
  }
}
