package dev.outpour.update;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a request is called in its answer and in logs, so that the two are found together: 1 to
 * {@value #MOST_CHARS} letters, digits, dots, dashes and underscores of ASCII. It may be used from
 * any thread.
 */
public final class RequestId {

  private static final int MOST_CHARS = 64;
  private static final int RADIX = 36;

  private RequestId() {}

  /** One drawn from so many that nobody else has it. */
  public static String next() {
    return Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), RADIX);
  }

  /** Whether a text from outside is one. */
  public static boolean isOne(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > MOST_CHARS) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_'
              || c == '.';
      if (!plain) {
        return false;
      }
    }
    return true;
  }
}
