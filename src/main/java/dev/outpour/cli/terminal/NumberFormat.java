package dev.outpour.cli.terminal;

import java.util.Locale;

/** Numbers as people read them: thousands divided by commas. */
public final class NumberFormat {
  private static final double FEW_MILLIS = 100;

  private NumberFormat() {}

  public static String whole(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** With two digits behind the point. */
  public static String exact(double number) {
    return String.format(Locale.ROOT, "%,.2f", number);
  }

  public static String millis(double millis) {
    return (millis < FEW_MILLIS ? exact(millis) : whole(Math.round(millis))) + " ms";
  }
}
