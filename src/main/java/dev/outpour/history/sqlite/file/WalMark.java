package dev.outpour.history.sqlite.file;

import java.util.concurrent.ThreadLocalRandom;

/**
 * The mark that shows that a write-ahead log belongs to the file it lies beside.
 *
 * <p>SQLite would apply any write-ahead log to any file. So after each complete checkpoint, the
 * next commit draws a new number and writes it together with the previous one. From then on the
 * write-ahead log names the number that the file certainly has. The two numbers of 16 bits are the
 * {@code user_version} in the first page of the file.
 */
public final class WalMark {

  private static final int BITS = 16;
  private static final int MASK = (1 << BITS) - 1;

  private WalMark() {}

  /** The next mark: a new number together with the number of the given mark. */
  public static int after(int mark) {
    int number;
    do {
      number = ThreadLocalRandom.current().nextInt(1, MASK + 1);
    } while (number == number(mark) || number == before(mark));
    return number(mark) << BITS | number;
  }

  /** Whether a write-ahead log with one mark continues a file with another. */
  static boolean continues(int file, int writeAhead) {
    return number(file) == number(writeAhead) || number(file) == before(writeAhead);
  }

  private static int number(int mark) {
    return mark & MASK;
  }

  private static int before(int mark) {
    return mark >>> BITS;
  }
}
