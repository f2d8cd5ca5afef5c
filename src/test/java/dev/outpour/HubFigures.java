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

/** The resources that a hub's process uses, and its own metrics. */
public final class HubFigures {

  /** The bytes in the kernel's buffers of a socket, by kind. */
  private static final Pattern SOCKET_MEMORY =
      Pattern.compile("skmem:\\(r(\\d+),rb\\d+,t\\d+,tb\\d+,f(\\d+),w(\\d+),o(\\d+)");

  private final Path process;
  private final int port;

  public HubFigures(HubProcess hub, int port) {
    this.process = Path.of("/proc", "" + hub.pid());
    this.port = port;
  }

  /** The private memory of the process, in megabytes. */
  public double residentMegabytes() {
    return Double.parseDouble(line(process.resolve("status"), "VmRSS:").replaceAll("\\D", ""))
        / 1024;
  }

  /** The direct memory for sockets, in megabytes. */
  public double directMegabytes() {
    return metric("outpour_direct_bytes") / 1024 / 1024;
  }

  /** The CPU time in seconds. */
  public double cpuSeconds() {
    try {
      String[] stat = Files.readString(process.resolve("stat")).split(" ");
      return (Long.parseLong(stat[13]) + Long.parseLong(stat[14])) / 100.0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The number of open descriptors. */
  public long descriptors() {
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      return open.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The kernel memory of an average accepted socket, in kilobytes. */
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

  /** A value at {@code /metrics} by its name and labels; 0 if it is missing. */
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
