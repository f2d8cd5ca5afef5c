package dev.outpour;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A command line that runs in a shell, and what it has printed so far. */
final class ShellCommand implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 20;
  private static final String END = "\0";

  private final Process process;
  private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();
  private final StringBuilder output = new StringBuilder();

  ShellCommand(String command) throws IOException {
    process =
        new ProcessBuilder("sh", "-c", command)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.getOutputStream().close();
    Thread reader = new Thread(this::readLines, "shell-output");
    reader.setDaemon(true);
    reader.start();
  }

  private void readLines() {
    try (BufferedReader lines = process.inputReader()) {
      lines.lines().forEach(unread::add);
    } catch (IOException | UncheckedIOException e) {
      // It was ended while it printed.
    }
    unread.add(END);
  }

  /** What it has printed when that is enough, when it has ended, or when patience has. */
  String outputWhen(Predicate<String> enough) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!enough.test(output.toString())) {
      String line = unread.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (line == null || line.equals(END)) {
        break;
      }
      output.append(line).append('\n');
    }
    return output.toString();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
