package dev.outpour.http;

import java.util.Objects;

/** The hub cannot listen on an address; the cause says why. */
public final class CannotListenException extends Exception {

  private static final long serialVersionUID = 1;

  private final String address;

  /**
   * Creates it.
   *
   * @param cause the error of the operating system
   */
  public CannotListenException(String address, Throwable cause) {
    super("Cannot listen on " + address, cause);
    this.address = address;
  }

  /** The address, as configured, or an address of localhost. */
  public String address() {
    return address;
  }

  @Override
  public synchronized Throwable getCause() {
    return Objects.requireNonNull(super.getCause());
  }
}
