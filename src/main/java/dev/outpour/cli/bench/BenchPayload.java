package dev.outpour.cli.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The data of a bench's updates: JSON of a fixed size, with the update's number and the time at
 * which it was due at fixed offsets.
 *
 * <pre>{"number":"000000000000002a","nanos":"00000002540be400","pad":"......"}</pre>
 */
final class BenchPayload {
  private static final byte[] BEFORE_NUMBER = ascii("{\"number\":\"");
  private static final byte[] BEFORE_NANOS = ascii("\",\"nanos\":\"");
  private static final byte[] BEFORE_PAD = ascii("\",\"pad\":\"");
  private static final byte[] END = ascii("\"}");

  private static final int DIGITS = 16;
  private static final int NUMBER_AT = BEFORE_NUMBER.length;
  private static final int NANOS_AT = NUMBER_AT + DIGITS + BEFORE_NANOS.length;
  private static final int PAD_AT = NANOS_AT + DIGITS + BEFORE_PAD.length;

  /** The smallest size that has room for a number and a time. */
  static final int LEAST_SIZE = PAD_AT + END.length;

  private final byte[] template;

  BenchPayload(int size) {
    template = new byte[size];
    Arrays.fill(template, (byte) '.');
    put(BEFORE_NUMBER, 0);
    put(BEFORE_NANOS, NUMBER_AT + DIGITS);
    put(BEFORE_PAD, NANOS_AT + DIGITS);
    put(END, size - END.length);
  }

  private void put(byte[] part, int at) {
    System.arraycopy(part, 0, template, at, part.length);
  }

  byte[] of(long number, long nanos) {
    byte[] data = template.clone();
    putHex(data, NUMBER_AT, number);
    putHex(data, NANOS_AT, nanos);
    return data;
  }

  private static void putHex(byte[] data, int at, long value) {
    for (int i = 0; i < DIGITS; i++) {
      int shift = 4 * (DIGITS - 1 - i);
      data[at + i] = (byte) Character.forDigit((int) (value >>> shift) & 15, 16);
    }
  }

  /** Whether data has this form, with any number and time. */
  boolean fits(byte[] bytes, int from, int to) {
    return to - from == template.length
        && same(bytes, from, 0, NUMBER_AT)
        && same(bytes, from, NUMBER_AT + DIGITS, NANOS_AT)
        && same(bytes, from, NANOS_AT + DIGITS, template.length)
        && number(bytes, from) >= 0
        && nanos(bytes, from) >= 0;
  }

  private boolean same(byte[] bytes, int from, int begin, int end) {
    return Arrays.equals(bytes, from + begin, from + end, template, begin, end);
  }

  /** The number in the data that begins at this index; negative if there is none. */
  static long number(byte[] bytes, int from) {
    return hex(bytes, from + NUMBER_AT);
  }

  /** The time in the data that begins at this index; negative if there is none. */
  static long nanos(byte[] bytes, int from) {
    return hex(bytes, from + NANOS_AT);
  }

  private static long hex(byte[] bytes, int at) {
    long value = 0;
    for (int i = at; i < at + DIGITS; i++) {
      int digit = Character.digit(bytes[i], 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
