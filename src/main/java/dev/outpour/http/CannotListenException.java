package dev.outpour.http;

import java.util.Objects;

/** An address that cannot be listened on; the cause says why. */
public final class CannotListenException extends Exception {

  private static final long serialVersionUID = 1;

  private final String address;

  /**
   * Creates it.
   *
   * @param cause what the machine says
   */
  public CannotListenException(String address, Throwable cause) {
    super("Cannot listen on " + address, cause);
    this.address = address;
  }

  /** The address, as it is configured or meant by localhost. */
  public String address() {
    return address;
  }

  @Override
  public synchronized Throwable getCause() {
    return Objects.requireNonNull(super.getCause());
  }
}
