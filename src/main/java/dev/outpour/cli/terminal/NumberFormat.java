package dev.outpour.cli.terminal;

import java.util.Locale;

/** Formats numbers for people, with commas between thousands. */
public final class NumberFormat {
  private static final double EXACT_BELOW = 100;

  private NumberFormat() {}

  public static String whole(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** With two decimals. */
  public static String exact(double number) {
    return String.format(Locale.ROOT, "%,.2f", number);
  }

  public static String millis(double millis) {
    return (millis < EXACT_BELOW ? exact(millis) : whole(Math.round(millis))) + " ms";
  }
}
