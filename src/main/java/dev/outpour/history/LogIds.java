package dev.outpour.history;

import java.security.SecureRandom;

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
    SecureRandom random = new SecureRandom();
    StringBuilder id = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return id.toString();
  }
}
