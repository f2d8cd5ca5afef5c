package dev.outpour.sse;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One block of an event stream: the lines between two empty lines. It records where the fields are,
 * and decodes them only on demand. Not thread-safe.
 */
public final class EventBlock {
  private static final byte[] NO_BYTES = {};
  private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ID = "id".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EVENT = "event".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] RETRY = "retry".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_DIGITS = 9;

  /** Every index is relative to the start, since the block may move before it is complete. */
  private byte[] bytes = NO_BYTES;

  private int start;
  private int idFrom = -1;
  private int idTo;
  private int eventFrom;
  private int eventTo;
  private int dataFrom = -1;
  private int dataTo;
  private int retryMillis = -1;

  /** The data, if it spans several lines. */
  private @Nullable ByteArrayOutputStream joined;

  /** Sets where the block is now. */
  void begin(byte[] bytes, int start) {
    this.bytes = bytes;
    this.start = start;
  }

  int start() {
    return start;
  }

  void clear() {
    idFrom = -1;
    eventFrom = 0;
    eventTo = 0;
    dataFrom = -1;
    retryMillis = -1;
    joined = null;
  }

  /** Adds the line between two indexes. */
  void field(int from, int to) {
    int colon = from;
    while (colon < to && bytes[colon] != ':') {
      colon++;
    }
    int value = Math.min(to, colon + 1);
    if (value < to && bytes[value] == ' ') {
      value++;
    }
    if (is(DATA, from, colon)) {
      data(value, to);
    } else if (is(ID, from, colon)) {
      id(value, to);
    } else if (is(EVENT, from, colon)) {
      eventFrom = value - start;
      eventTo = to - start;
    } else if (is(RETRY, from, colon)) {
      retry(value, to);
    }
  }

  private boolean is(byte[] name, int from, int to) {
    return Arrays.equals(bytes, from, to, name, 0, name.length);
  }

  private void data(int from, int to) {
    if (dataFrom < 0) {
      dataFrom = from - start;
      dataTo = to - start;
      return;
    }
    if (joined == null) {
      joined = new ByteArrayOutputStream();
      joined.write(bytes, start + dataFrom, dataTo - dataFrom);
    }
    joined.write('\n');
    joined.write(bytes, from, to - from);
  }

  private void id(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == 0) {
        return;
      }
    }
    idFrom = from - start;
    idTo = to - start;
  }

  private void retry(int from, int to) {
    int millis = 0;
    for (int i = from; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9' || to - from > MAX_DIGITS) {
        return;
      }
      millis = 10 * millis + bytes[i] - '0';
    }
    retryMillis = from < to ? millis : retryMillis;
  }

  /** The reconnection time in milliseconds; -1 if the block has none. */
  public int retryMillis() {
    return retryMillis;
  }

  public boolean hasId() {
    return idFrom >= 0;
  }

  public String id() {
    return text(idFrom, idTo);
  }

  /** The number after the last dash of the id; -1 if there is none. */
  public long idNumber() {
    long value = 0;
    long unit = 1;
    for (int i = start + idTo - 1; hasId() && i >= start + idFrom; i--, unit *= 10) {
      if (bytes[i] == '-') {
        return unit == 1 ? -1 : value;
      }
      if (bytes[i] < '0' || bytes[i] > '9') {
        return -1;
      }
      value += unit * (bytes[i] - '0');
    }
    return -1;
  }

  /** Whether the event has a name. */
  public boolean isNamed() {
    return eventTo > eventFrom;
  }

  /** Whether the event has this name. */
  public boolean isNamed(byte[] name) {
    return is(name, start + eventFrom, start + eventTo);
  }

  /** The name of the event; empty if it has none. */
  public String name() {
    return text(eventFrom, eventTo);
  }

  /** Whether the block dispatches an event. */
  public boolean hasData() {
    return dataFrom >= 0;
  }

  /** The array that contains the data, from {@link #dataFrom} to {@link #dataTo}. */
  public byte[] data() {
    return joined == null ? bytes : joined.toByteArray();
  }

  public int dataFrom() {
    return joined == null ? start + dataFrom : 0;
  }

  public int dataTo() {
    return joined == null ? start + dataTo : joined.size();
  }

  private String text(int from, int to) {
    return new String(bytes, start + from, to - from, StandardCharsets.UTF_8);
  }
}
