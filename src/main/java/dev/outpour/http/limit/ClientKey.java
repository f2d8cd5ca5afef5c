package dev.outpour.http.limit;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * What counts as one address: of IPv4 the address, of IPv6 its /64, within which a client takes
 * whichever it likes.
 */
public record ClientKey(boolean v4, long bits) implements RateLimiter.Publisher {

  static ClientKey of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet4Address
        ? new ClientKey(true, bytes.getInt())
        : new ClientKey(false, bytes.getLong());
  }
}
