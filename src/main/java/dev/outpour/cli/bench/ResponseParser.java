package dev.outpour.cli.bench;

import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answers on one connection of HTTP/1.1 (RFC 9112), one after the other, however their
 * bytes are cut. For one thread.
 */
final class ResponseParser {

  /** Who is told what has come. */
  interface Sink {

    /** An answer has begun. */
    void head(int status);

    /** A part of its body; the bytes are not to be kept. */
    void body(byte[] bytes, int from, int to);

    /** The answer has ended as it should. */
    void end();
  }

  private enum Part {
    HEAD,
    SIZE,
    SIZE_REST,
    CHUNK,
    CHUNK_END,
    TRAILER,
    COUNTED,
    UNTIL_CLOSED
  }

  private static final int MOST_HEAD_BYTES = 65_536;
  private static final long MOST_CHUNK_BYTES = 1L << 48;

  private final Sink sink;
  private Part part = Part.HEAD;
  private @Nullable StringBuilder head;

  /** What is to come of a chunk or of a body whose length is known. */
  private long left;

  /** How many bytes of a line of the trailer have come. */
  private int lineLength;

  ResponseParser(Sink sink) {
    this.sink = sink;
  }

  /**
   * Takes bytes.
   *
   * @throws ProtocolException if they are not HTTP; nothing more can be read then
   */
  void feed(byte[] bytes, int from, int to) throws ProtocolException {
    int at = from;
    while (at < to) {
      switch (part) {
        case CHUNK, COUNTED -> {
          int end = (int) Math.min(to, at + left);
          left -= end - at;
          sink.body(bytes, at, end);
          at = end;
          bodyTaken();
        }
        case UNTIL_CLOSED -> {
          sink.body(bytes, at, to);
          at = to;
        }
        default -> framing(bytes[at++]);
      }
    }
  }

  private void bodyTaken() {
    if (left > 0) {
      return;
    }
    if (part == Part.CHUNK) {
      part = Part.CHUNK_END;
    } else {
      end();
    }
  }

  private void end() {
    part = Part.HEAD;
    sink.end();
  }

  private void framing(byte b) throws ProtocolException {
    switch (part) {
      case HEAD -> head(b);
      case SIZE, SIZE_REST -> size(b);
      case CHUNK_END -> {
        if (b == '\n') {
          part = Part.SIZE;
        } else if (b != '\r') {
          throw new ProtocolException("a chunk is longer than its size");
        }
      }
      default -> trailer(b);
    }
  }

  private void size(byte b) throws ProtocolException {
    if (b == '\n') {
      part = left == 0 ? Part.TRAILER : Part.CHUNK;
      lineLength = 0;
      return;
    }
    if (part == Part.SIZE_REST) {
      return;
    }
    int digit = Character.digit(b, 16);
    if (digit >= 0 && left < MOST_CHUNK_BYTES) {
      left = left << 4 | digit;
    } else if (b == ';' || b == '\r' || b == ' ' || b == '\t') {
      part = Part.SIZE_REST;
    } else {
      throw new ProtocolException("the size of a chunk is no number");
    }
  }

  private void trailer(byte b) {
    if (b == '\n') {
      if (lineLength == 0) {
        end();
      }
      lineLength = 0;
    } else if (b != '\r') {
      lineLength++;
    }
  }

  private void head(byte b) throws ProtocolException {
    if (head == null) {
      head = new StringBuilder();
    }
    if (b == '\r') {
      return;
    }
    head.append((char) (b & 0xff));
    int length = head.length();
    if (b == '\n' && length > 1 && head.charAt(length - 2) == '\n') {
      String whole = head.toString();
      head = null;
      begin(whole);
    } else if (length > MOST_HEAD_BYTES || (length == 5 && head.indexOf("HTTP/") != 0)) {
      throw new ProtocolException("the answer is not HTTP");
    }
  }

  private void begin(String whole) throws ProtocolException {
    String[] lines = whole.split("\n", -1);
    int status = status(lines[0]);
    if (status < 200) {
      return;
    }
    sink.head(status);
    BodyFraming framing = BodyFraming.of(status, lines);
    left = framing.length();
    part =
        switch (framing.kind()) {
          case CHUNKED -> Part.SIZE;
          case COUNTED -> Part.COUNTED;
          case UNTIL_CLOSED -> Part.UNTIL_CLOSED;
        };
    if (part == Part.COUNTED && left == 0) {
      end();
    }
  }

  private static int status(String line) throws ProtocolException {
    String[] words = line.split(" ", 3);
    if (words.length < 2 || !words[1].matches("[1-9]\\d\\d")) {
      throw new ProtocolException("the answer has no status");
    }
    return Integer.parseInt(words[1]);
  }
}
