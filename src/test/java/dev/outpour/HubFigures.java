package dev.outpour;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a hub in a process of its own takes of the machine, and counts of itself. */
public final class HubFigures {

  /** What is in the buffers to read and to write, held ready for them, and for the rest. */
  private static final Pattern SOCKET_MEMORY =
      Pattern.compile("skmem:\\(r(\\d+),rb\\d+,t\\d+,tb\\d+,f(\\d+),w(\\d+),o(\\d+)");

  private final Path process;
  private final int port;

  public HubFigures(HubProcess hub, int port) {
    this.process = Path.of("/proc", "" + hub.pid());
    this.port = port;
  }

  /** Megabytes of memory that are the process's own, whoever has asked for them in it. */
  public double residentMegabytes() {
    return Double.parseDouble(line(process.resolve("status"), "VmRSS:").replaceAll("\\D", ""))
        / 1024;
  }

  /** Megabytes of memory outside the heap that hold bytes on their way to sockets. */
  public double directMegabytes() {
    return metric("outpour_direct_bytes") / 1024 / 1024;
  }

  /** Seconds for which it had a core, since it began. */
  public double cpuSeconds() {
    try {
      String[] stat = Files.readString(process.resolve("stat")).split(" ");
      return (Long.parseLong(stat[13]) + Long.parseLong(stat[14])) / 100.0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many descriptors are open. */
  public long descriptors() {
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      return open.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kilobytes that the kernel holds for an average socket of the hub that it has accepted. */
  public double kernelKilobytes() throws IOException {
    String filter = "sport = :" + port;
    Process sockets = new ProcessBuilder("ss", "-tmnH", "state", "established", filter).start();
    try (BufferedReader lines = sockets.inputReader()) {
      return lines
              .lines()
              .map(SOCKET_MEMORY::matcher)
              .filter(Matcher::find)
              .mapToInt(each -> IntStream.of(1, 2, 3, 4).map(i -> of(each, i)).sum())
              .average()
              .orElse(0)
          / 1024;
    }
  }

  private static int of(Matcher socket, int part) {
    return Integer.parseInt(socket.group(part));
  }

  private static String line(Path file, String beginning) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.filter(each -> each.startsWith(beginning)).findFirst().orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it says at {@code /metrics} under a name, labels included; 0 if it says nothing. */
  public double metric(String name) {
    try (RawHttp connection = RawHttp.connect(port)) {
      String page =
          connection.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").answer().body();
      return Arrays.stream(page.split("\n"))
          .filter(line -> line.startsWith(name + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
          .findFirst()
          .orElse(0);
    }
  }
}
