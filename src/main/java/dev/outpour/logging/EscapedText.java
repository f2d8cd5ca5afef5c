package dev.outpour.logging;

import java.util.function.IntPredicate;

/**
 * Makes text from outside safe to show: characters that could forge a line, steer a terminal or
 * turn the direction of writing become escapes.
 */
public final class EscapedText {

  private static final int MAX_CHARS = 160;

  private EscapedText() {}

  /** Text for a log line, at most 160 characters. */
  public static String shown(String text) {
    return shown(text, MAX_CHARS);
  }

  /** Text for a log line: only letters, digits and printable ASCII stay; the rest is cut off. */
  public static String shown(String text, int maxChars) {
    String shown =
        escaped(
            text.substring(0, Math.min(text.length(), maxChars)),
            c -> !Character.isLetterOrDigit(c) && (c < ' ' || c >= 0x7f));
    return text.length() > maxChars ? shown + "…" : shown;
  }

  /**
   * Text for a terminal, on one line. In a JSON document it changes characters only within strings,
   * where the escapes mean the same.
   */
  public static String printable(String text) {
    String lines = text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
    return escaped(lines, EscapedText::steers);
  }

  private static boolean steers(int c) {
    return Character.isISOControl(c)
        || c == '\u2028'
        || c == '\u2029'
        || (c >= '\u202a' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069');
  }

  private static String escaped(String text, IntPredicate unsafe) {
    if (text.chars().noneMatch(unsafe)) {
      return text;
    }
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.chars()
        .forEach(
            c -> {
              if (unsafe.test(c)) {
                escaped.append(String.format("\\u%04x", c));
              } else {
                escaped.append((char) c);
              }
            });
    return escaped.toString();
  }
}
