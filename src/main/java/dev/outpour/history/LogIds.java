package dev.outpour.history;

import java.security.SecureRandom;

/** Random names for logs and epochs: letters and digits, so that they need no escaping anywhere. */
public final class LogIds {

  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private LogIds() {}

  /** A name for one opening of a log: short, since every id carries it; 60 bits. */
  public static String epoch() {
    return random(10);
  }

  /** A name for a log; 119 bits. */
  public static String log() {
    return random(20);
  }

  private static String random(int length) {
    SecureRandom random = new SecureRandom();
    StringBuilder name = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return name.toString();
  }
}
