package dev.outpour.logging;

/** Text from outside as it may stand in a log: escaped, and cut. */
public final class EscapedText {

  private static final int MOST_CHARS = 160;

  private EscapedText() {}

  public static String shown(String text) {
    return shown(text, MOST_CHARS);
  }

  public static String shown(String text, int mostChars) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), mostChars); i++) {
      char c = text.charAt(i);
      // Also what turns the direction of writing, or ends a line for some.
      boolean plain = Character.isLetterOrDigit(c) || (c >= ' ' && c < 0x7f);
      shown.append(plain ? String.valueOf(c) : String.format("\\u%04x", (int) c));
    }
    return text.length() > mostChars ? shown.append("…").toString() : shown.toString();
  }
}
