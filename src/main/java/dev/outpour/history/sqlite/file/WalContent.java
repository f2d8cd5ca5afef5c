package dev.outpour.history.sqlite.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The write-ahead log that the hub has open, looked at beside SQLite, which writes it: whether
 * somebody has cut it short.
 *
 * <p>It is read and its size is never asked for. Linux, once a file's times were asked for, gives
 * it a new one with the next write, and a sync has to write that, too: a commit would take longer
 * by a fifth. So does the time of the last read, unless it is later than that of the last write: as
 * long as the file is open it says 2100. It blocks; for one thread.
 */
final class WalContent implements AutoCloseable {

  private static final int FRAME_BYTES = 4096 + 24;
  private static final int HEADER_BYTES = 32;

  private static final Logger log = LoggerFactory.getLogger(WalContent.class);
  private static final FileTime LATE = FileTime.from(Instant.parse("2100-01-01T00:00:00Z"));

  private final FileChannel channel;
  private final ByteBuffer number = ByteBuffer.allocateDirect(Integer.BYTES);

  /** SQLite locks other files, and loses no lock when this is closed. */
  WalContent(Path wal) throws IOException {
    this.channel = FileChannel.open(wal, StandardOpenOption.READ);
    try {
      Files.getFileAttributeView(wal, BasicFileAttributeView.class).setTimes(null, LATE, null);
    } catch (IOException e) {
      log.debug("Commits take a little longer", e);
    }
  }

  /** How many bytes so many frames take. */
  private static long bytes(long frames) {
    return frames == 0 ? 0 : HEADER_BYTES + frames * FRAME_BYTES;
  }

  /** Whether it is as long as its frames. */
  boolean reaches(long frames) {
    try {
      return frames == 0 || read(bytes(frames) - Integer.BYTES) == Integer.BYTES;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Whether nobody has cut it short just before the hub wrote to it: then it has its size again,
   * and zeros where the last frame was.
   *
   * @param before how many frames it had; fewer than now if it was not begun anew
   * @param frames how many it has
   */
  boolean isWithoutHole(long before, long frames) {
    try {
      return frames == 0 || isWritten(before == 0 || before >= frames ? 0 : bytes(before - 1));
    } catch (IOException e) {
      return false;
    }
  }

  /** The head of it, and of each frame, begins with a number that is not 0. */
  private boolean isWritten(long at) throws IOException {
    return read(at) == Integer.BYTES && number.getInt(0) != 0;
  }

  private int read(long at) throws IOException {
    return channel.read(number.clear(), at);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
