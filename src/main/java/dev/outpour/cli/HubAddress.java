package dev.outpour.cli;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/**
 * Where a hub is.
 *
 * @param url as it was given, without a slash at the end
 * @param authority what the header {@code Host} says
 * @param address looked up once, so that connections need not
 * @param port the port
 * @param path what stands before {@code /events} and {@code /update}; mostly empty
 */
record HubAddress(String url, String authority, InetAddress address, int port, String path) {
  private static final int HTTP_PORT = 80;

  /**
   * @throws CommandException if it is not a URL of a hub, or its host is not known
   */
  static HubAddress of(String url) {
    String base = url.replaceAll("/+$", "");
    URI uri = parse(base);
    if (!"http".equalsIgnoreCase(uri.getScheme())
        || uri.getHost() == null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      throw notOne(url);
    }
    int port = uri.getPort() < 0 ? HTTP_PORT : uri.getPort();
    return new HubAddress(
        base, uri.getRawAuthority(), lookUp(uri.getHost()), port, uri.getRawPath());
  }

  private static URI parse(String url) {
    try {
      return URI.create(url);
    } catch (IllegalArgumentException e) {
      throw notOne(url);
    }
  }

  private static InetAddress lookUp(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw CommandException.failed("The host " + host + " of --url is not known");
    }
  }

  private static CommandException notOne(String url) {
    return CommandException.usage(
        "--url must be such as http://localhost:3000, without TLS, but is " + url);
  }
}
