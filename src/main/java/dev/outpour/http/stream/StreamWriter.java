package dev.outpour.http.stream;

import io.vertx.core.buffer.Buffer;

/**
 * Writes blocks to one socket. For use on the socket's event loop only.
 *
 * <p>The bytes it is given are shared between sockets; it does not change them. The first call
 * begins the response with a block. While it {@link #isBlocked} it may only be ended.
 */
public interface StreamWriter {

  /** Is told what becomes of a socket, never while it is being written to. */
  interface Listener {

    /** The kernel has taken all: more may be written. */
    void drained();

    /** The connection has ended. */
    void closed();
  }

  /** The transfer coding that the events have to have. */
  TransferCoding framing();

  /** Sets who is told of the socket. */
  void listener(Listener listener);

  /** Writes a block of its own. */
  void write(Buffer block);

  /**
   * Writes the bytes of events, from one on. It need not take all, and keeps none of them.
   *
   * @param from before the end
   * @return up to which byte it has taken them; if that is not the end, it is blocked
   */
  int write(EncodedPage.Part events, int from);

  /** Whether the kernel has not taken all that was written. */
  boolean isBlocked();

  /** How many bytes wait for the kernel. */
  long pendingBytes();

  /** The address at the other end of the connection; empty if there is none. */
  String address();

  /**
   * Whether the other end has gone without a word: bytes are on their way, and none have been
   * acknowledged for long. A client that takes nothing but is there does acknowledge.
   */
  boolean isSilent();

  /** Writes a last block and ends the response, after all that was written before. */
  void end(Buffer last);

  /** Answers 204 instead: there is nothing and will be nothing. */
  void decline();

  /** Ends the connection at once. */
  void reset();
}
