package dev.outpour.cli.bench;

import static dev.outpour.cli.terminal.NumberFormat.whole;

import dev.outpour.cli.hub.CommandException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where connections come from, and how many there can be: each takes a descriptor of this process,
 * and a port of the address it comes from. Limits are known on Linux only.
 */
final class LocalAddresses {
  private static final int READERS_PER_ADDRESS = 10_000;
  private static final int MOST_ADDRESSES = 254;

  /** What a process has open besides. */
  private static final int OTHER_DESCRIPTORS = 150;

  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Path PORTS = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

  private LocalAddresses() {}

  /**
   * The addresses to connect from, in turn one for so many readers. Empty: the system's choice.
   *
   * @throws CommandException if there cannot be so many connections
   */
  static List<String> of(BenchPlan plan) {
    long connections = (long) plan.readers() + plan.publishers();
    descriptors().ifPresent(most -> requireDescriptors(connections + OTHER_DESCRIPTORS, most));
    int addresses = (plan.readers() + READERS_PER_ADDRESS - 1) / READERS_PER_ADDRESS;
    if (addresses > 1 && isLoopback(plan.hub().lookUp())) {
      if (addresses > MOST_ADDRESSES) {
        int most = MOST_ADDRESSES * READERS_PER_ADDRESS;
        throw CommandException.usage(
            "--readers must be at most " + whole(most) + " on the loopback");
      }
      return IntStream.rangeClosed(1, addresses).mapToObj(i -> "127.0.0." + i).toList();
    }
    ports().ifPresent(most -> requirePorts(connections, most));
    return List.of();
  }

  private static void requireDescriptors(long needed, long most) {
    if (needed > most) {
      throw CommandException.usage(
          "This takes up to "
              + whole(needed)
              + " open files, and this process may have "
              + whole(most)
              + ": use fewer --readers, or raise 'ulimit -n'");
    }
  }

  private static void requirePorts(long needed, long most) {
    if (needed > most) {
      throw CommandException.usage(
          "This takes "
              + whole(needed)
              + " ports, and this machine has "
              + whole(most)
              + " for one server: use fewer --readers, and several machines");
    }
  }

  /** Which of the addresses a reader comes from. */
  static int index(int reader) {
    return reader / READERS_PER_ADDRESS;
  }

  private static boolean isLoopback(InetAddress address) {
    return address instanceof Inet4Address && address.isLoopbackAddress();
  }

  private static OptionalLong descriptors() {
    return lines(LIMITS)
        .filter(line -> line.startsWith("Max open files"))
        .map(line -> line.split(" {2,}", 3)[1])
        .filter(most -> !most.equals("unlimited"))
        .mapToLong(Long::parseLong)
        .findFirst();
  }

  private static OptionalLong ports() {
    return lines(PORTS)
        .map(line -> line.strip().split("\\s+", 2))
        .mapToLong(range -> Long.parseLong(range[1]) - Long.parseLong(range[0]) + 1)
        .findFirst();
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }
}
