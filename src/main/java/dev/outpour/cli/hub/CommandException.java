package dev.outpour.cli.hub;

/** Ends a command with one line that says what is wrong and what to change. */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The options are invalid; nothing was tried. */
  public static CommandException usage(String message) {
    return new CommandException(2, message);
  }

  /** It was tried, and failed. */
  public static CommandException failed(String message) {
    return new CommandException(1, message);
  }

  /**
   * Checks the options.
   *
   * @param message what is wrong if the condition does not hold
   */
  public static void require(boolean condition, String message) {
    if (!condition) {
      throw usage(message);
    }
  }

  public int exitCode() {
    return exitCode;
  }
}
