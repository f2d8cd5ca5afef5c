package dev.outpour.http;

/** There is no memory for more framed bytes now: whoever wanted them tries again later. */
final class NoRoom extends RuntimeException {

  private static final long serialVersionUID = 1;

  NoRoom() {
    super("There is no memory for more framed bytes", null, false, false);
  }
}
