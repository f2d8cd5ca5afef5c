package dev.outpour.http;

import io.vertx.core.buffer.Buffer;

/**
 * Puts framed bytes on one socket. For use on the socket's event loop only.
 *
 * <p>What it is given is shared between sockets, so it changes nothing of it.
 */
interface StreamWriter {

  /** Sets what is called when the kernel has taken what it did not take at once. */
  void drainHandler(Runnable handler);

  /**
   * Writes.
   *
   * @return whether the kernel has taken all of it; if not, the drain handler is called when it
   *     has, and nothing may be written before
   */
  boolean write(Buffer bytes);

  /** How many bytes wait for the kernel to take them. */
  long pendingBytes();

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
