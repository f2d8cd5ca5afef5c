package dev.outpour.cli.bench;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The addresses that subscribers connect from. One address has too few ports for many connections
 * to one hub; the loopback has many addresses.
 */
final class LocalAddresses {
  private static final int SUBSCRIBERS_PER_ADDRESS = 10_000;

  private LocalAddresses() {}

  /** One address for every 10,000 subscribers; empty: the system chooses. */
  static List<String> of(int subscribers, InetAddress hub) {
    int addresses = (subscribers + SUBSCRIBERS_PER_ADDRESS - 1) / SUBSCRIBERS_PER_ADDRESS;
    return addresses > 1 && hub instanceof Inet4Address && hub.isLoopbackAddress()
        ? IntStream.rangeClosed(1, addresses).mapToObj(i -> "127.0.0." + i).toList()
        : List.of();
  }

  /** The index of a subscriber's address. */
  static int index(int subscriber) {
    return subscriber / SUBSCRIBERS_PER_ADDRESS;
  }
}
