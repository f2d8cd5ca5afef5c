package dev.outpour.cli;

import java.util.Locale;

/** Numbers as people read them: thousands divided by commas. */
final class Figures {
  private static final double FEW_MILLIS = 100;

  private Figures() {}

  static String whole(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** With two digits behind the point. */
  static String exact(double number) {
    return String.format(Locale.ROOT, "%,.2f", number);
  }

  static String millis(double millis) {
    return (millis < FEW_MILLIS ? exact(millis) : whole(Math.round(millis))) + " ms";
  }
}
