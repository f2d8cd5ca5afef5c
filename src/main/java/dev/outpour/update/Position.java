package dev.outpour.update;

import dev.outpour.api.PublicApi;
import java.util.Optional;

/**
 * A position in the log, which is the id of its update: {@code <epoch>-<sequence>}.
 *
 * <p>Sequences are dense, start at 1 and are never reused; 0 is the position before the first
 * update. The epoch names the opening of the log that assigned the sequence, so ids never change
 * and ids of different logs differ.
 *
 * @param epoch 8 to {@value #MAX_EPOCH} letters and digits of ASCII
 * @param sequence 0 or more
 */
@PublicApi
public record Position(String epoch, long sequence) {

  private static final int MIN_EPOCH = 8;
  private static final int MAX_EPOCH = 64;

  /** The maximum length of a position. */
  private static final int MAX_TEXT = MAX_EPOCH + 1 + 19;

  /** Parses a position; empty if it is invalid. The time is bounded, however long the text is. */
  public static Optional<Position> parse(String text) {
    int dash = text.length() > MAX_TEXT ? -1 : text.indexOf('-');
    if (dash < MIN_EPOCH || dash > MAX_EPOCH || !isAlphanumeric(text, dash)) {
      return Optional.empty();
    }
    int digits = text.length() - dash - 1;
    if (digits < 1 || digits > 19 || (digits > 1 && text.charAt(dash + 1) == '0')) {
      return Optional.empty();
    }
    long sequence = 0;
    for (int i = dash + 1; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (!isDigit(text.charAt(i)) || sequence > (Long.MAX_VALUE - digit) / 10) {
        return Optional.empty();
      }
      sequence = sequence * 10 + digit;
    }
    return Optional.of(new Position(text.substring(0, dash), sequence));
  }

  private static boolean isAlphanumeric(String text, int length) {
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (!isDigit(c) && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  @Override
  public String toString() {
    return epoch + '-' + sequence;
  }
}
