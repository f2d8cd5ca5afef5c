package dev.outpour.http.limit;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Parses the addresses in {@code X-Forwarded-For} and {@code Forwarded}, client first. Entries that
 * are not IP literals come back empty; no DNS lookup is made.
 */
final class ForwardedFor {

  private static final String FOR = "for=";

  private ForwardedFor() {}

  /** Parses {@code X-Forwarded-For}: addresses, separated by commas. */
  static List<Optional<InetAddress>> ofXForwardedFor(List<String> headers) {
    return elements(headers).map(ForwardedFor::address).toList();
  }

  /** Parses {@code Forwarded} (RFC 7239). */
  static List<Optional<InetAddress>> ofForwarded(List<String> headers) {
    return elements(headers)
        .map(
            element ->
                Arrays.stream(element.split(";", -1))
                    .map(String::strip)
                    .filter(pair -> pair.toLowerCase(Locale.ROOT).startsWith(FOR))
                    .findFirst()
                    .flatMap(pair -> address(pair.substring(FOR.length()))))
        .toList();
  }

  private static Stream<String> elements(List<String> headers) {
    return headers.stream().flatMap(header -> Arrays.stream(header.split(",", -1)));
  }

  /** {@code 192.0.2.1}, {@code 192.0.2.1:80}, {@code 2001:db8::1}, {@code "[2001:db8::1]:80"}. */
  private static Optional<InetAddress> address(String text) {
    String host = text.strip().replace("\"", "");
    int end = host.indexOf(']');
    if (host.startsWith("[") && end > 0) {
      host = host.substring(1, end);
    } else if (host.indexOf(':') == host.lastIndexOf(':')) {
      host = host.split(":", 2)[0];
    }
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
    try {
      return bytes == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
