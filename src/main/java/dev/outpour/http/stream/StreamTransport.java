package dev.outpour.http.stream;

/**
 * What one response has of its connection: with HTTP/1 all of it, with HTTP/2 one stream of many.
 * For use on the connection's event loop only.
 */
interface StreamTransport {

  /**
   * How many bytes to write at once, at least 1: more would hold up others on the connection.
   *
   * @param most how many there is memory for
   */
  int room(int most);

  /**
   * How many bytes wait; less whenever any are taken.
   *
   * @param underWay bytes of the response that were written and are not known to be taken
   * @param rest bytes that are still to be written
   */
  long pendingBytes(int underWay, int rest);

  /** The address at the other end of the connection; empty if there is none. */
  String address();

  /** Whether the other end has gone without a word. */
  boolean isSilent();

  /** Ends it at once, whatever waits. */
  void reset();
}
