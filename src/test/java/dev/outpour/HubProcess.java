package dev.outpour;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The jar in a process of its own, and what it prints. */
final class HubProcess implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;

  private final Process process;
  private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();
  private final List<String> lines = new ArrayList<>();
  private final Thread reader;

  private HubProcess(Process process) {
    this.process = process;
    this.reader = new Thread(this::readLines, "hub-output");
    this.reader.setDaemon(true);
    this.reader.start();
  }

  /**
   * @param directory the working directory
   * @param environment variables besides those every process needs
   * @param properties {@code -D} options
   * @param args the command line
   */
  static HubProcess start(
      Path directory, Map<String, String> environment, List<String> properties, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(properties);
    command.addAll(List.of("-jar", System.getProperty("outpour.jar")));
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("OUTPOUR_"));
    builder.environment().putAll(environment);
    return new HubProcess(builder.start());
  }

  static HubProcess start(Path directory, String... args) throws IOException {
    return start(directory, Map.of(), List.of(), args);
  }

  private void readLines() {
    try (BufferedReader output = process.inputReader()) {
      output.lines().forEach(unread::add);
    } catch (IOException | UncheckedIOException e) {
      unread.add("(output ended: " + e.getMessage() + ")");
    }
  }

  /** The first line that holds the words. */
  String awaitLine(String words) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      String line = unread.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (line == null) {
        throw new AssertionError("No line with '" + words + "' came, only " + lines);
      }
      lines.add(line);
      if (line.contains(words)) {
        return line;
      }
    }
  }

  /** Ends it as a power switch would, apart from what the kernel holds. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  HubProcess terminate() {
    // Not by the process itself: that would close its output too.
    process.toHandle().destroy();
    return this;
  }

  int awaitExit() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("The process has not ended; it said " + output());
    }
    return process.exitValue();
  }

  /** All lines up to the end of the process. */
  List<String> output() throws InterruptedException {
    reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    unread.drainTo(lines);
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
