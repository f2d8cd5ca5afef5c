package dev.outpour.cli;

import dev.outpour.cli.hub.CommandException;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads whole lines in its own thread, at most one piece ahead of the consumer, so that the
 * consumer can wait with a time limit. For one consumer.
 */
final class LineSource {
  private static final int PIECE_BYTES = 64 * 1024;
  private static final int MAX_LINE_BYTES = 64 << 20;

  private final InputStream input;
  private final BlockingQueue<Buffer> pieces = new SynchronousQueue<>();
  private volatile @Nullable IOException failure;

  LineSource(InputStream input) {
    this.input = input;
    Thread thread = new Thread(this::read, "lines");
    thread.setDaemon(true);
    thread.start();
  }

  private void read() {
    ByteArrayOutputStream pending = new ByteArrayOutputStream();
    byte[] bytes = new byte[PIECE_BYTES];
    try {
      for (int n = next(bytes); n >= 0; n = next(bytes)) {
        int end = n;
        while (end > 0 && bytes[end - 1] != '\n') {
          end--;
        }
        pending.write(bytes, 0, end);
        if (end > 0) {
          pieces.put(Buffer.buffer(pending.toByteArray()));
          pending.reset();
        }
        pending.write(bytes, end, n - end);
        if (pending.size() > MAX_LINE_BYTES) {
          failure = new IOException("a line is longer than 64 MiB, more than any hub accepts");
          pending.reset();
          break;
        }
      }
      if (pending.size() > 0) {
        pieces.put(Buffer.buffer(pending.toByteArray()));
      }
      pieces.put(Buffer.buffer());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int next(byte[] bytes) {
    try {
      return input.read(bytes);
    } catch (IOException e) {
      failure = e;
      return -1;
    }
  }

  /** Why reading failed; null if it did not. */
  @Nullable IOException failure() {
    return failure;
  }

  /** The next lines; null if none arrive in time, an empty buffer at the end. */
  @Nullable Buffer poll(long millis) {
    try {
      return pieces.poll(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandException.failed("Interrupted");
    }
  }
}
