package dev.outpour.http.stream;

/** There is no memory for more encoded bytes now; the caller tries again later. */
public final class NoRoom extends RuntimeException {

  private static final long serialVersionUID = 1;

  public NoRoom() {
    super("There is no memory for more framed bytes", null, false, false);
  }
}
