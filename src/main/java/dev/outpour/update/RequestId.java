package dev.outpour.update;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What a request is called in its answer and in logs, so that the two are found together: 1 to
 * {@value #MOST_CHARS} letters, digits, dots, dashes and underscores of ASCII. It may be used from
 * any thread.
 */
public final class RequestId {

  private static final int MOST_CHARS = 64;
  private static final int RADIX = 36;

  /** So that two processes do not give the same. */
  private static final String PROCESS =
      Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), RADIX) + '-';

  private static final AtomicLong GIVEN = new AtomicLong();

  private RequestId() {}

  /** One that nobody has. */
  public static String next() {
    return PROCESS + Long.toString(GIVEN.incrementAndGet(), RADIX);
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
