package dev.outpour.checker;

import dev.outpour.Await;
import dev.outpour.HubFigures;
import dev.outpour.HubProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the process of a hub holds at a moment, for C10.
 *
 * <pre>
 *   HubProcess hub = HubProcess.start(directory, Map.of(), Vitals.OPTIONS, "-conf", ...);
 *   Vitals before = Vitals.of(hub);       // once it has been used a little
 *   ...                                   // all that comes goes again
 *   before.awaitBack(hub);
 *   hub.terminate();
 *   assertThat(Vitals.complaints(hub.output())).isEmpty();
 * </pre>
 *
 * @param descriptors open files and sockets
 * @param threads of the operating system
 * @param heapKilobytes of objects that are in use
 * @param directKilobytes of memory outside the heap that buffers take
 */
public record Vitals(int descriptors, int threads, long heapKilobytes, long directKilobytes) {

  /** What the process has to be started with. Were all buffers traced, that would take the most. */
  public static final List<String> OPTIONS =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-XX:NativeMemoryTracking=summary",
          "-Dio.netty.leakDetection.level=simple",
          "-Dio.netty.leakDetection.samplingInterval=8");

  /** The store's connections are opened as they are used. */
  private static final int FEW = 6;

  /** The pool of Vert.x for what blocks has so many threads, which come as they are used. */
  private static final int POOL = 20;

  /** Caches keep some of what they were given. */
  private static final int SOME_KILOBYTES = 16 * 1024;

  /** So do pools of buffers. Were it lost, a storm of thousands of requests would lose more. */
  private static final int POOLED_KILOBYTES = 32 * 1024;

  /** A hub with nothing to do needs less of a core. */
  private static final double IDLE = 0.1;

  private static final Pattern LIVE_BYTES = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
  private static final Pattern DIRECT =
      Pattern.compile("- +Other \\(reserved=(\\d+)KB, committed=(\\d+)KB");
  private static final Pattern TROUBLE = Pattern.compile(" (WARN|ERROR) |Exception|LEAK:|^\\s");
  private static final List<String> COMPLAINTS =
      List.of("LEAK:", "has been blocked for", "OutOfMemoryError", "Unhandled exception");

  /** What it holds now, garbage left aside. */
  public static Vitals of(HubProcess hub) throws IOException, InterruptedException {
    Path proc = Path.of("/proc", "" + hub.pid());
    long live = find(LIVE_BYTES, ask(hub, "GC.class_histogram"));
    return new Vitals(
        count(proc.resolve("fd")),
        count(proc.resolve("task")),
        live / 1024,
        find(DIRECT, ask(hub, "VM.native_memory", "summary")));
  }

  private static int count(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return (int) all.count();
    }
  }

  private static String ask(HubProcess hub, String... question)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    command.add("" + hub.pid());
    command.addAll(List.of(question));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String answer = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    return answer;
  }

  private static long find(Pattern what, String answer) {
    Matcher found = what.matcher(answer);
    if (!found.find()) {
      throw new AssertionError("No " + what + " in " + answer);
    }
    return Long.parseLong(found.group(1));
  }

  /** What has not come back to where it was. */
  public List<Violation> since(Vitals before) {
    List<Violation> violations = new ArrayList<>();
    compare("descriptors", before.descriptors, descriptors, FEW, violations);
    compare("threads", before.threads, threads, POOL, violations);
    compare("kB of heap", before.heapKilobytes, heapKilobytes, SOME_KILOBYTES, violations);
    compare("kB of buffers", before.directKilobytes, directKilobytes, POOLED_KILOBYTES, violations);
    return violations;
  }

  /** Returns when a hub holds no more than this again. */
  public void awaitBack(HubProcess hub) {
    List<Vitals> seen = new ArrayList<>();
    Await.until(
        () -> {
          seen.add(now(hub));
          return last(seen).since(this).isEmpty();
        },
        () -> last(seen) + " after " + this);
  }

  private static Vitals now(HubProcess hub) {
    try {
      return of(hub);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Vitals last(List<Vitals> seen) {
    return seen.get(seen.size() - 1);
  }

  private static void compare(
      String what, long before, long after, int more, List<Violation> violations) {
    if (after > before + more) {
      violations.add(Violation.of(Clause.C10, before + " " + what + " before, " + after + " now"));
    }
  }

  /** Returns when a hub has nothing to do any more. */
  public static void awaitIdle(HubFigures figures) {
    double[] seconds = {Double.MAX_VALUE, 0};
    long[] since = {0};
    Await.until(
        () -> {
          if (System.nanoTime() - since[0] > TimeUnit.SECONDS.toNanos(1)) {
            double now = figures.cpuSeconds();
            seconds[0] = now - seconds[1];
            seconds[1] = now;
            since[0] = System.nanoTime();
          }
          return seconds[0] < IDLE;
        },
        () -> seconds[0] + " s of a core in the last second");
  }

  /** What in the output of a hub is a warning, an error or a part of a stack trace. */
  public static List<String> troubles(List<String> output) {
    return output.stream().filter(line -> TROUBLE.matcher(line).find()).toList();
  }

  /** What in the output of a hub says that something leaks or blocks. */
  public static List<Violation> complaints(List<String> output) {
    return output.stream()
        .filter(line -> COMPLAINTS.stream().anyMatch(line::contains))
        .map(line -> Violation.of(Clause.C10, line))
        .toList();
  }
}
