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
 * Reads whole lines in a thread of its own, no further ahead of who takes them than one piece: who
 * waits for standard input can do nothing else meanwhile. For one taker.
 */
final class LineSource {
  private static final int AT_ONCE = 64 * 1024;
  private static final int LONGEST_LINE = 64 << 20;

  private final InputStream input;
  private final BlockingQueue<Buffer> pieces = new SynchronousQueue<>();
  private volatile @Nullable IOException failure;

  LineSource(InputStream input) {
    this.input = input;
    Thread reader = new Thread(this::read, "lines");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    ByteArrayOutputStream begun = new ByteArrayOutputStream();
    byte[] bytes = new byte[AT_ONCE];
    try {
      for (int n = next(bytes); n >= 0; n = next(bytes)) {
        int end = n;
        while (end > 0 && bytes[end - 1] != '\n') {
          end--;
        }
        begun.write(bytes, 0, end);
        if (end > 0) {
          pieces.put(Buffer.buffer(begun.toByteArray()));
          begun.reset();
        }
        begun.write(bytes, end, n - end);
        if (begun.size() > LONGEST_LINE) {
          failure = new IOException("a line is longer than any hub takes");
          begun.reset();
          break;
        }
      }
      if (begun.size() > 0) {
        pieces.put(Buffer.buffer(begun.toByteArray()));
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

  /** Why it is the end, if it is not by itself. */
  @Nullable IOException failure() {
    return failure;
  }

  /** Lines, or null if none come in time; an empty piece is the end. */
  @Nullable Buffer poll(long millis) {
    try {
      return pieces.poll(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandException.failed("Interrupted");
    }
  }
}
