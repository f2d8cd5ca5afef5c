package dev.outpour.http.publish;

import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.buffer.Buffer;

/**
 * Splits a stream of bytes into lines that end with LF or CRLF. It buffers one unfinished line at
 * most. Not thread-safe.
 */
final class LineSplitter {

  /** Receives the lines. */
  interface Lines {
    /** Receives a line without its end, and its number, counted from 1. */
    void line(long number, Buffer line);
  }

  private final int maxBytes;
  private final Lines lines;
  private Buffer begun = Buffer.buffer();
  private long number = 1;

  /**
   * @param maxBytes the longest line
   */
  LineSplitter(int maxBytes, Lines lines) {
    this.maxBytes = maxBytes;
    this.lines = lines;
  }

  /** The number of the current line. */
  long number() {
    return number;
  }

  /** Whether the current line has begun. */
  boolean isInLine() {
    return begun.length() > 0;
  }

  /**
   * Adds a chunk and passes on the lines that end in it.
   *
   * @throws RefusedException with status 413 if a line is too long; the lines before it are passed
   *     on
   */
  void feed(Buffer chunk) {
    int from = 0;
    for (int i = 0; i < chunk.length(); i++) {
      if (chunk.getByte(i) == '\n') {
        finish(chunk.slice(from, i));
        from = i + 1;
      }
    }
    if (from < chunk.length()) {
      // One more byte than a line may have: a CR may be part of the line end.
      checkLength(begun.length() + chunk.length() - from - 1);
      begun.appendBuffer(chunk.slice(from, chunk.length()));
    }
  }

  /** Passes on the last line if it has no line end. */
  void end() {
    if (isInLine()) {
      finish(Buffer.buffer());
    }
  }

  private void finish(Buffer rest) {
    checkLength(begun.length() + rest.length() - 1);
    Buffer line = begun.appendBuffer(rest);
    begun = Buffer.buffer();
    int length = line.length();
    if (length > 0 && line.getByte(length - 1) == '\r') {
      length--;
    }
    checkLength(length);
    lines.line(number++, line.slice(0, length));
  }

  private void checkLength(int length) {
    if (length > maxBytes) {
      throw Refusal.tooLarge(maxBytes).asException();
    }
  }
}
