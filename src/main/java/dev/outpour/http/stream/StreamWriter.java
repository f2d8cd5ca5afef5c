package dev.outpour.http.stream;

import io.vertx.core.buffer.Buffer;

/**
 * Puts blocks on one socket. For use on the socket's event loop only.
 *
 * <p>What it is given is shared between sockets, so it changes nothing of it. The first that it is
 * given is a block, with which the response begins. While it {@link #isBlocked} it is given nothing
 * but the end.
 */
public interface StreamWriter {

  /** Hears what becomes of a socket, never while it is being written to. */
  interface Listener {

    /** The kernel has taken all: more may be written. */
    void drained();

    /** The connection has ended. */
    void closed();
  }

  /** How the events have to be framed that it is given. */
  TransferCoding framing();

  /** Sets who hears of the socket. */
  void listener(Listener listener);

  /** Writes a block of its own. */
  void write(Buffer block);

  /**
   * Writes the bytes of events, from one on. It need not take all, but holds on to none of them.
   *
   * @param from before the end
   * @return the byte up to which it has taken them; if that is not the end, it is blocked
   */
  int write(EncodedPage.Part events, int from);

  /** Whether the kernel has not taken all of what was written. */
  boolean isBlocked();

  /** How many bytes wait for the kernel to take them. */
  long pendingBytes();

  /** The address at the other end of the connection; empty if there is none. */
  String address();

  /**
   * Whether the other end has gone without a word: something is on its way to it, and it has not
   * acknowledged anything for long. A reader who takes nothing but is there does acknowledge.
   */
  boolean isSilent();

  /** Writes a last block and ends the response, when all before it is written. */
  void end(Buffer last);

  /** Answers that there is nothing and will be nothing (204), instead of all else. */
  void decline();

  /** Ends the connection at once. */
  void reset();
}
