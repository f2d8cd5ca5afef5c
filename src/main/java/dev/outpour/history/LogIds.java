package dev.outpour.history;

import java.security.SecureRandom;
import java.util.stream.Collectors;

/** Random ids for logs and epochs, of letters and digits that need no escaping anywhere. */
public final class LogIds {

  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private LogIds() {}

  /** An epoch id: 60 bits, short because every event id carries it. */
  public static String epoch() {
    return random(10);
  }

  /** A log id of 119 bits. */
  public static String log() {
    return random(20);
  }

  private static String random(int length) {
    return new SecureRandom()
        .ints(length, 0, ALPHABET.length())
        .mapToObj(index -> ALPHABET.substring(index, index + 1))
        .collect(Collectors.joining());
  }
}
