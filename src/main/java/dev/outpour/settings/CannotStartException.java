package dev.outpour.settings;

import org.jspecify.annotations.Nullable;

/**
 * A reason not to start that a person can remove.
 *
 * <p>The message is the whole explanation: it says what is in the way and what to change, and is
 * shown alone, without a stack trace.
 */
public class CannotStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CannotStartException(String message) {
    this(message, null);
  }

  public CannotStartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
