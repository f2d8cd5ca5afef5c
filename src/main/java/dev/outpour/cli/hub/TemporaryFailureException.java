package dev.outpour.cli.hub;

/** The hub could not serve a request for now; retrying may help. */
public final class TemporaryFailureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long retryAfterMillis;

  /**
   * @param message what failed, safe for a terminal
   * @param retryAfterMillis the shortest pause before the next try
   */
  public TemporaryFailureException(String message, long retryAfterMillis) {
    super(message, null, false, false);
    this.retryAfterMillis = retryAfterMillis;
  }

  long retryAfterMillis() {
    return retryAfterMillis;
  }
}
