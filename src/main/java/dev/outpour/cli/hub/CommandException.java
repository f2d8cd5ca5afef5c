package dev.outpour.cli;

/** Ends a command with one line that says why, and what to change. */
final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** What was asked for cannot be done: nothing has been tried. */
  static CommandException usage(String message) {
    return new CommandException(2, message);
  }

  /** It was tried, and failed. */
  static CommandException failed(String message) {
    return new CommandException(1, message);
  }

  int exitCode() {
    return exitCode;
  }
}
