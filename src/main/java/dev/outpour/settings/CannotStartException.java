package dev.outpour.settings;

import org.jspecify.annotations.Nullable;

/**
 * A reason not to start that an operator can remove.
 *
 * <p>The message explains the problem and the remedy. It is shown without a stack trace.
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
