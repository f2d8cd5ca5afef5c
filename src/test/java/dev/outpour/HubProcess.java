package dev.outpour;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process of the jar, with its output and controls. */
public final class HubProcess implements AutoCloseable {

  /** Options for short-lived processes, which start in half the time. */
  public static final List<String> QUICK = quick();

  private static final int PATIENCE_SECONDS = 30;
  private static final Pattern LISTENS = Pattern.compile("listens on localhost:(\\d+)");

  private static final Pattern OPERATOR = Pattern.compile("token(?:=| is )([\\w-]{43})");

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
   * @param properties {@code -D} options; with {@code -X} options among them, it runs without
   *     {@link #QUICK}
   * @param args the command line
   */
  public static HubProcess start(
      Path directory, Map<String, String> environment, List<String> properties, String... args)
      throws IOException {
    return startUnder(List.of(), directory, environment, properties, args);
  }

  /**
   * Starts it by another program, which must exec the hub.
   *
   * @param wrapper that program with its own arguments
   */
  public static HubProcess startUnder(
      List<String> wrapper,
      Path directory,
      Map<String, String> environment,
      List<String> properties,
      String... args)
      throws IOException {
    boolean hasOptions = properties.stream().anyMatch(each -> each.matches("(-X|@).*"));
    List<String> what = new ArrayList<>(hasOptions ? List.of() : QUICK);
    what.addAll(properties);
    what.addAll(List.of("-jar", System.getProperty("outpour.jar")));
    what.addAll(List.of(args));
    return start(wrapper, directory, environment, what);
  }

  /** Starts a class of these tests instead of the jar. */
  public static HubProcess start(Path directory, Class<?> main, String... args) throws IOException {
    List<String> what = new ArrayList<>(QUICK);
    what.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    what.addAll(List.of(args));
    return start(List.of(), directory, Map.of(), what);
  }

  /**
   * Starts Java by another program, with all that stands behind its name.
   *
   * @param wrapper that program with its own arguments, which has to become Java; may be empty
   */
  static HubProcess start(
      List<String> wrapper, Path directory, Map<String, String> environment, List<String> what)
      throws IOException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(what);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("OUTPOUR_"));
    builder.environment().putAll(environment);
    return new HubProcess(builder.start());
  }

  /** Starts it with only a command line. */
  public static HubProcess start(Path directory, String... args) throws IOException {
    return start(directory, Map.of(), List.of(), args);
  }

  private void readLines() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      output.lines().forEach(unread::add);
    } catch (IOException | UncheckedIOException e) {
      unread.add("(output ended: " + e.getMessage() + ")");
    }
  }

  /** Waits for a line that contains a text. */
  public String awaitLine(String words) throws InterruptedException {
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

  /** The operator's token, which a hub without keys logs when it is ready. */
  public String awaitOperator() throws InterruptedException {
    Matcher token = OPERATOR.matcher(awaitLine("Operators of this hub"));
    if (!token.find()) {
      throw new AssertionError("No token in " + lines);
    }
    return token.group(1);
  }

  /** Waits until it is ready or has ended, and returns whether it is ready. */
  public boolean awaitReady() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (process.isAlive() || !unread.isEmpty()) {
      String line = unread.poll(10, TimeUnit.MILLISECONDS);
      if (line != null) {
        lines.add(line);
        if (line.contains("Ready")) {
          return true;
        }
      } else if (System.nanoTime() > end) {
        throw new AssertionError("Neither ready nor ended, only " + lines);
      }
    }
    return false;
  }

  /** Waits for the port in its log. */
  public int awaitPort() throws InterruptedException {
    Matcher listens = LISTENS.matcher(awaitLine("Ready"));
    if (!listens.find()) {
      throw new AssertionError("It listens nowhere: " + lines);
    }
    return Integer.parseInt(listens.group(1));
  }

  /**
   * A port that is free now on every loopback address. It is below the ports that the system gives
   * to clients and to port 0, so other tests rarely take it.
   */
  public static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(10_000, 32_768);
      try (ServerSocket any = new ServerSocket(port, 1)) {
        return any.getLocalPort();
      } catch (BindException e) {
        // Another process has it.
      }
    }
  }

  private static List<String> quick() {
    List<String> options = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    options.addAll(ClassArchive.options(options));
    return List.copyOf(options);
  }

  /** The last line that was waited for. */
  public String lastLine() {
    return lines.get(lines.size() - 1);
  }

  /** Stops it by SIGTERM, as an operator does. */
  public HubProcess terminate() {
    // Uses kill, because Process.destroy would also close its output.
    process.toHandle().destroy();
    return this;
  }

  /** Kills it by SIGKILL. */
  public void kill() {
    process.toHandle().destroyForcibly();
    process.onExit().join();
  }

  /** Pauses it until {@link #goOn}, by SIGSTOP. */
  public void hold() throws IOException, InterruptedException {
    signal("-STOP");
  }

  /** Resumes it, by SIGCONT. */
  public void goOn() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", signal, "" + process.pid()).inheritIO().start().waitFor();
  }

  /** The number of lines printed so far. */
  public int printed() {
    return lines.size() + unread.size();
  }

  /** The printed lines that no call has waited for. */
  public List<String> unread() {
    return List.copyOf(unread);
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for its end, and returns its exit code. */
  public int awaitExit() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("The process has not ended; it said " + output());
    }
    return process.exitValue();
  }

  /** All lines up to the end of the process. */
  public List<String> output() throws InterruptedException {
    reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    unread.drainTo(lines);
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
