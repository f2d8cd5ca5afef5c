package dev.outpour.cli.hub;

/** Ends a command with one line that says why, and what to change. */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** What was asked for cannot be done: nothing has been tried. */
  public static CommandException usage(String message) {
    return new CommandException(2, message);
  }

  /** It was tried, and failed. */
  public static CommandException failed(String message) {
    return new CommandException(1, message);
  }

  public int exitCode() {
    return exitCode;
  }
}
