package dev.outpour.http.limit;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** What counts as one client: an address, or the name that a token or an API key gives. */
public sealed interface ClientKey {

  /** An IPv4 address, or the /64 network of an IPv6 address: a client can use all of its /64. */
  record Address(boolean v4, long bits) implements ClientKey {}

  /** The name of a client that sent a token or an API key. */
  record Name(String scope) implements ClientKey {}

  static ClientKey of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet4Address
        ? new Address(true, bytes.getInt())
        : new Address(false, bytes.getLong());
  }
}
