package dev.outpour.update;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a request is called in its answer and in logs, so that the two are found together: 1 to
 * {@value #MOST_CHARS} letters, digits, dots, dashes and underscores of ASCII. It may be used from
 * any thread.
 */
public final class RequestId {

  private static final int MOST_CHARS = 64;

  private static final byte[] DIGITS =
      "0123456789abcdefghijklmnopqrstuv".getBytes(StandardCharsets.US_ASCII);

  /** So many digits of 5 bits are 64 bits, and one more than that. */
  private static final int DRAWN_CHARS = 13;

  private RequestId() {}

  /** One drawn from so many that nobody else has it. */
  public static String next() {
    long bits = ThreadLocalRandom.current().nextLong();
    byte[] drawn = new byte[DRAWN_CHARS];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = DIGITS[(int) bits & 31];
      bits >>>= 5;
    }
    return new String(drawn, StandardCharsets.US_ASCII);
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
