package dev.outpour.history.sqlite.file;

import dev.outpour.settings.CannotStartException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Checks a write-ahead log before SQLite applies it to the file beside it.
 *
 * <p>The write-ahead log of a killed process belongs to its file. One that was written beside
 * another file does not, nor does one left behind when a backup replaced the file: applying it
 * would mix the pages of two files. Methods block. Use them only while this process has no
 * connection to the file: closing the file drops SQLite's locks.
 */
final class WalFile {

  private static final int HEAD_BYTES = 32;
  private static final int FRAME_HEAD_BYTES = 24;
  private static final int MAGIC = 0x377f0682;
  private static final int FORM = 3_007_000;
  private static final int BUFFER_BYTES = 1 << 16;

  private static final int FILE_HEAD_BYTES = 100;
  private static final byte[] FILE_MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int AT_PAGE_BYTES = 16;
  private static final int AT_JOURNAL_MODE = 18;
  private static final int AT_MARK = 60;
  private static final int WAL_MODE = 2;
  private static final int MOST_PAGE_BYTES = 65_536;

  /**
   * The contents of a write-ahead log.
   *
   * @param pageBytes the size of its pages
   * @param mark the mark in the first page, if that page is in it
   */
  private record Contents(int pageBytes, OptionalInt mark) {}

  private WalFile() {}

  /**
   * Checks that the write-ahead log beside a file belongs to it.
   *
   * @throws CannotStartException if it does not
   */
  static void check(Path file) throws IOException {
    Path beside = LogFileNames.wal(file);
    if (!Files.exists(beside)) {
      return;
    }
    Contents contents = read(beside);
    if (contents == null) {
      // SQLite ignores it too.
      return;
    }
    if (!Files.exists(file) || Files.size(file) == 0) {
      throw new CannotStartException(
          beside
              + " holds updates of "
              + file
              + ", which is missing: put that file back, or remove "
              + beside
              + " to start without these updates");
    }
    if (!belongs(contents, head(file))) {
      throw new CannotStartException(
          beside
              + " does not belong to "
              + file
              + ": it was written beside another file, or before a backup was put there. If "
              + file
              + " is the backup, move "
              + beside
              + " away and start again; \"outpour log restore\" does both");
    }
  }

  private static byte[] head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(FILE_HEAD_BYTES);
    }
  }

  private static boolean belongs(Contents contents, byte[] head) {
    if (head.length < FILE_HEAD_BYTES
        || !Arrays.equals(head, 0, FILE_MAGIC.length, FILE_MAGIC, 0, FILE_MAGIC.length)) {
      // Damaged, or not an SQLite file: SQLite reports or repairs it.
      return true;
    }
    ByteBuffer file = ByteBuffer.wrap(head);
    int pageBytes = Short.toUnsignedInt(file.getShort(AT_PAGE_BYTES));
    return head[AT_JOURNAL_MODE] == WAL_MODE
        && contents.pageBytes() == (pageBytes == 1 ? MOST_PAGE_BYTES : pageBytes)
        && (contents.mark().isEmpty()
            || WalMark.continues(file.getInt(AT_MARK), contents.mark().getAsInt()));
  }

  /** The contents up to the last commit; null if there is none. */
  private static @Nullable Contents read(Path path) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES)) {
      byte[] head = in.readNBytes(HEAD_BYTES);
      if (head.length < HEAD_BYTES) {
        return null;
      }
      ByteBuffer fields = ByteBuffer.wrap(head);
      int magic = fields.getInt(0);
      int pageBytes = fields.getInt(8);
      Sum sum = new Sum((magic & 1) == 1 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      sum.add(head, 24);
      if ((magic & ~1) != MAGIC
          || fields.getInt(4) != FORM
          || pageBytes < 512
          || pageBytes > MOST_PAGE_BYTES
          || !sum.is(fields.getInt(24), fields.getInt(28))) {
        return null;
      }
      return frames(in, pageBytes, fields.getLong(16), sum);
    }
  }

  private static @Nullable Contents frames(InputStream in, int pageBytes, long salt, Sum sum)
      throws IOException {
    Contents committed = null;
    OptionalInt mark = OptionalInt.empty();
    byte[] head = new byte[FRAME_HEAD_BYTES];
    byte[] page = new byte[pageBytes];
    while (in.readNBytes(head, 0, FRAME_HEAD_BYTES) == FRAME_HEAD_BYTES
        && in.readNBytes(page, 0, pageBytes) == pageBytes) {
      ByteBuffer fields = ByteBuffer.wrap(head);
      sum.add(head, 8);
      sum.add(page, pageBytes);
      if (fields.getLong(8) != salt || !sum.is(fields.getInt(16), fields.getInt(20))) {
        break;
      }
      if (fields.getInt(0) == 1) {
        mark = OptionalInt.of(ByteBuffer.wrap(page).getInt(AT_MARK));
      }
      if (fields.getInt(4) != 0) {
        committed = new Contents(pageBytes, mark);
      }
    }
    return committed;
  }

  /** The checksum that each frame carries over everything before it. */
  private static final class Sum {
    private final ByteOrder order;
    private int first;
    private int second;

    Sum(ByteOrder order) {
      this.order = order;
    }

    void add(byte[] bytes, int length) {
      ByteBuffer words = ByteBuffer.wrap(bytes, 0, length).order(order);
      while (words.hasRemaining()) {
        first += words.getInt() + second;
        second += words.getInt() + first;
      }
    }

    boolean is(int expectedFirst, int expectedSecond) {
      return first == expectedFirst && second == expectedSecond;
    }
  }
}
