package dev.outpour.update;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The id of a request, in its response and in logs: 1 to {@value #MOST_CHARS} letters, digits,
 * dots, dashes and underscores of ASCII. Any thread may call it.
 */
public final class RequestId {

  private static final int MOST_CHARS = 64;

  private static final byte[] DIGITS =
      "0123456789abcdefghijklmnopqrstuv".getBytes(StandardCharsets.US_ASCII);

  /** 13 digits of 5 bits have 65 bits. */
  private static final int DRAWN_CHARS = 13;

  private RequestId() {}

  /** Creates a random id. */
  public static String next() {
    long bits = ThreadLocalRandom.current().nextLong();
    byte[] random = new byte[DRAWN_CHARS];
    for (int i = 0; i < random.length; i++) {
      random[i] = DIGITS[(int) bits & 31];
      bits >>>= 5;
    }
    return new String(random, StandardCharsets.US_ASCII);
  }

  /** Whether a text from outside is a valid id. */
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
