package dev.outpour.checker;

import dev.outpour.HubProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
 *   assertThat(Vitals.of(hub).since(before)).isEmpty();
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
          "-XX:NativeMemoryTracking=summary",
          "-Dio.netty.leakDetection.level=simple",
          "-Dio.netty.leakDetection.samplingInterval=8");

  /** Pools of threads and of the store's connections fill as they are used. */
  private static final int FEW = 6;

  /** Caches and pools of buffers keep some of what they were given. */
  private static final int SOME_KILOBYTES = 16 * 1024;

  private static final Pattern LIVE_BYTES = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
  private static final Pattern DIRECT =
      Pattern.compile("- +Other \\(reserved=(\\d+)KB, committed=(\\d+)KB");
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
    compare("threads", before.threads, threads, FEW, violations);
    compare("kB of heap", before.heapKilobytes, heapKilobytes, SOME_KILOBYTES, violations);
    compare("kB of buffers", before.directKilobytes, directKilobytes, SOME_KILOBYTES, violations);
    return violations;
  }

  private static void compare(
      String what, long before, long after, int more, List<Violation> violations) {
    if (after > before + more) {
      violations.add(Violation.of(Clause.C10, before + " " + what + " before, " + after + " now"));
    }
  }

  /** What in the output of a hub says that something leaks or blocks. */
  public static List<Violation> complaints(List<String> output) {
    return output.stream()
        .filter(line -> COMPLAINTS.stream().anyMatch(line::contains))
        .map(line -> Violation.of(Clause.C10, line))
        .toList();
  }
}
