package dev.outpour.http.publish;

import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.buffer.Buffer;

/**
 * Cuts a stream of bytes into lines that end with LF or CRLF, holding no more than one unfinished
 * line. Not for use by several threads.
 */
final class LineSplitter {

  /** Takes a line, without its end. */
  interface Lines {
    /** Takes a line and its number, counted from 1. */
    void line(long number, Buffer line);
  }

  private final int mostBytes;
  private final Lines lines;
  private Buffer begun = Buffer.buffer();
  private long number = 1;

  /**
   * @param mostBytes the longest line
   */
  LineSplitter(int mostBytes, Lines lines) {
    this.mostBytes = mostBytes;
    this.lines = lines;
  }

  /** The number of the line that comes or has begun. */
  long number() {
    return number;
  }

  /** Whether a line has begun and not ended. */
  boolean isInLine() {
    return begun.length() > 0;
  }

  /**
   * Takes what has arrived and gives out the lines that end in it.
   *
   * @throws RefusedException with status 413 if a line is too long; those before it are given out
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
      // One more than a line may have, for the CR that may turn out to be part of its end.
      checkLength(begun.length() + chunk.length() - from - 1);
      begun.appendBuffer(chunk.slice(from, chunk.length()));
    }
  }

  /** Gives out the last line, if it has no end of its own. */
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
    if (length > mostBytes) {
      throw Refusal.tooLarge(mostBytes).asException();
    }
  }
}
