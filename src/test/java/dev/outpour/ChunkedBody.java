package dev.outpour;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A body in the chunked coding of HTTP/1.1 (RFC 9112, section 7.1), read strictly. */
public final class ChunkedBody {

  private final InputStream in;
  private int left;
  private boolean ended;

  /**
   * @param in what follows the head
   */
  public ChunkedBody(InputStream in) {
    this.in = in;
  }

  /**
   * Reads some bytes, from one chunk at most.
   *
   * @return how many; -1 after the last chunk
   */
  public int read(byte[] buffer) throws IOException {
    if (left == 0 && !ended) {
      String size = HttpHead.line(in);
      if (!size.matches("[0-9a-fA-F]{1,7}")) {
        throw new IOException("Not the size of a chunk: " + size);
      }
      left = Integer.parseInt(size, 16);
      ended = left == 0;
      if (ended) {
        endLine();
      }
    }
    if (ended) {
      return -1;
    }
    int count = in.read(buffer, 0, Math.min(left, buffer.length));
    if (count < 0) {
      throw new EOFException("The connection ended in a chunk");
    }
    left -= count;
    if (left == 0) {
      endLine();
    }
    return count;
  }

  private void endLine() throws IOException {
    if (!HttpHead.line(in).isEmpty()) {
      throw new IOException("A chunk is longer than its size");
    }
  }
}
