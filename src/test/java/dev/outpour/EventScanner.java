package dev.outpour;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Reads one response to {@code GET /events}: its head, its chunks and the blocks in them, no more
 * of it than counting and checking takes.
 */
final class EventScanner {

  /** Receives what was read. */
  interface Sink {

    /**
     * A block has ended.
     *
     * @param epoch of its id; null if it has none
     * @param number of its id
     * @param event its name; null if it has none
     * @param data its data, if it is a word of the hub; null otherwise
     * @param hash of its data; -1 if it has none
     * @param stamp the number that the data begins with as {@code {"at":}; 0 if it does not
     */
    void block(String epoch, long number, String event, String data, long hash, long stamp);

    /** The reconnection time. */
    void retry(int millis);
  }

  /** Invalid output of a hub. */
  static final class UnexpectedException extends IOException {
    private static final long serialVersionUID = 1L;

    UnexpectedException(String message) {
      super(message);
    }
  }

  private enum Part {
    HEAD,
    SIZE,
    DATA,
    DATA_END,
    OVER
  }

  private static final byte[] NO_BYTES = {};
  private static final String RESERVED = "outpour.";
  private static final byte[] STAMP = "{\"at\":".getBytes(StandardCharsets.US_ASCII);

  private final Sink sink;
  private final CRC32C crc = new CRC32C();
  private Part part = Part.HEAD;
  private byte[] heldFraming = NO_BYTES;
  private byte[] held = NO_BYTES;
  private long left;

  private byte[] epochBytes = NO_BYTES;
  private String epoch;
  private boolean hasId;
  private long number;
  private String event;
  private String data;
  private boolean hasData;
  private long stamp;

  EventScanner(Sink sink) {
    this.sink = sink;
  }

  /** Whether the response ended properly. */
  boolean isOver() {
    return part == Part.OVER;
  }

  /** Whether the head has been read. */
  boolean hasBegun() {
    return part != Part.HEAD;
  }

  /** Reads bytes, which may be split anywhere. */
  void feed(byte[] bytes, int from, int to) throws IOException {
    int at = from;
    while (at < to) {
      if (part == Part.DATA) {
        int end = (int) Math.min(to, at + left);
        left -= end - at;
        lines(bytes, at, end);
        at = end;
        part = left == 0 ? Part.DATA_END : Part.DATA;
        continue;
      }
      int end = newline(bytes, at, to);
      if (end < 0) {
        heldFraming = join(heldFraming, bytes, at, to);
        return;
      }
      framing(bytes, at, end);
      at = end + 1;
    }
  }

  private static int newline(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** A line of HTTP. */
  private void framing(byte[] bytes, int from, int end) throws IOException {
    String line = framingLine(bytes, from, end).strip();
    switch (part) {
      case HEAD -> {
        if (line.startsWith("HTTP/") && !line.startsWith("HTTP/1.1 200 ")) {
          throw new UnexpectedException("Answered with " + line);
        }
        part = line.isEmpty() ? Part.SIZE : Part.HEAD;
      }
      case SIZE -> {
        left = Long.parseLong(line, 16);
        part = left == 0 ? Part.OVER : Part.DATA;
      }
      case DATA_END -> part = Part.SIZE;
      default -> {}
    }
  }

  private String framingLine(byte[] bytes, int from, int end) {
    String line =
        new String(heldFraming, StandardCharsets.ISO_8859_1)
            + new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
    heldFraming = NO_BYTES;
    return line;
  }

  private static byte[] join(byte[] before, byte[] bytes, int from, int to) {
    byte[] joined = Arrays.copyOf(before, before.length + to - from);
    System.arraycopy(bytes, from, joined, before.length, to - from);
    return joined;
  }

  private void lines(byte[] bytes, int from, int to) throws IOException {
    int at = from;
    while (at < to) {
      int end = newline(bytes, at, to);
      if (end < 0) {
        held = join(held, bytes, at, to);
        return;
      }
      if (held.length > 0) {
        byte[] whole = join(held, bytes, at, end);
        held = NO_BYTES;
        line(whole, 0, whole.length);
      } else {
        line(bytes, at, end);
      }
      at = end + 1;
    }
  }

  private void line(byte[] bytes, int from, int to) throws IOException {
    if (from == to) {
      sink.block(hasId ? epoch : null, number, event, data, hasData ? crc.getValue() : -1, stamp);
      hasId = false;
      stamp = 0;
      event = null;
      data = null;
      hasData = false;
      crc.reset();
      return;
    }
    switch (bytes[from]) {
      case 'i' -> id(bytes, from + "id: ".length(), to);
      case 'd' -> {
        int value = Math.min(to, from + "data: ".length());
        crc.update(bytes, value, to - value);
        hasData = true;
        stamp = stamp(bytes, value, to);
        if (event != null && event.startsWith(RESERVED)) {
          data = text(bytes, value, to);
        }
      }
      case 'e' -> event = text(bytes, from + "event: ".length(), to);
      case 'r' -> sink.retry(Integer.parseInt(text(bytes, from + "retry: ".length(), to)));
      default -> throw new UnexpectedException("No hub writes this: " + text(bytes, from, to));
    }
  }

  private static long stamp(byte[] bytes, int from, int to) {
    int at = from + STAMP.length;
    if (at > to || !Arrays.equals(bytes, from, at, STAMP, 0, STAMP.length)) {
      return 0;
    }
    long value = 0;
    for (; at < to && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
      value = value * 10 + bytes[at] - '0';
    }
    return value;
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  private void id(byte[] bytes, int from, int to) {
    int dash = to - 1;
    long value = 0;
    for (long unit = 1; bytes[dash] != '-'; dash--, unit *= 10) {
      value += unit * (bytes[dash] - '0');
    }
    if (!Arrays.equals(epochBytes, 0, epochBytes.length, bytes, from, dash)) {
      epochBytes = Arrays.copyOfRange(bytes, from, dash);
      epoch = text(bytes, from, dash);
    }
    number = value;
    hasId = true;
  }
}
