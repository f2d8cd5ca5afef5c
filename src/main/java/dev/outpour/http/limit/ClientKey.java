package dev.outpour.http;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * What counts as one address: of IPv4 the address, of IPv6 its /64, within which a client takes
 * whichever it likes.
 */
record Network(boolean v4, long bits) implements PublishRate.Publisher {

  static Network of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet4Address
        ? new Network(true, bytes.getInt())
        : new Network(false, bytes.getLong());
  }
}
