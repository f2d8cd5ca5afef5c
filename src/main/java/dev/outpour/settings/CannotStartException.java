package dev.outpour.settings;

/**
 * A reason not to start that a person can remove.
 *
 * <p>The message is the whole explanation: it says what is in the way and what to change, and is
 * shown alone, without a stack trace.
 */
public class CannotStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CannotStartException(String message) {
    super(message);
  }

  public CannotStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
