package dev.outpour.cli.hub;

import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TCPSSLOptions;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The address of a hub, and what a client needs to talk to it.
 *
 * @param base the hub's URL, without a trailing slash
 * @param token the token or API key to send
 * @param trusted a file with the certificates to trust over https; empty: those that Java trusts
 * @param named whether the hub's certificate must match the host name
 */
public record HubAddress(URI base, Optional<String> token, Optional<Path> trusted, boolean named) {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /**
   * The address of the hub at a URL.
   *
   * @throws CommandException if the URL is invalid, or the file is unreadable
   */
  public static HubAddress of(String url, @Nullable String token, @Nullable Path trusted) {
    if (trusted != null && !Files.isReadable(trusted)) {
      throw CommandException.usage("Cannot read " + trusted + " (--cacert)");
    }
    return new HubAddress(parse(url), given(token), Optional.ofNullable(trusted), true);
  }

  /**
   * The address of the configured hub. Only its own certificate is trusted. The name in it may
   * differ from the host, since it is the name that others use.
   */
  public static HubAddress of(OwnHub hub, @Nullable String token) {
    return new HubAddress(parse(hub.url()), given(token), hub.certificate(), false);
  }

  private static Optional<String> given(@Nullable String token) {
    return Optional.ofNullable(token).filter(text -> !text.isBlank()).map(String::strip);
  }

  private static URI parse(String url) {
    try {
      URI base = URI.create(url.replaceAll("/+$", ""));
      boolean known = isScheme(base, "http") || isScheme(base, "https");
      if (known
          && base.getHost() != null
          && base.getRawQuery() == null
          && base.getRawFragment() == null
          && base.getRawUserInfo() == null) {
        return base;
      }
    } catch (IllegalArgumentException e) {
      // Reported below, like every other invalid URL.
    }
    throw CommandException.usage(
        "--url must be a URL such as http://localhost:3000 or https://hub.example, but is " + url);
  }

  private static boolean isScheme(URI base, String scheme) {
    return scheme.equalsIgnoreCase(base.getScheme());
  }

  public boolean isTls() {
    return isScheme(base, "https");
  }

  public String host() {
    return base.getHost();
  }

  public int port() {
    return base.getPort() >= 0 ? base.getPort() : isTls() ? HTTPS_PORT : HTTP_PORT;
  }

  /**
   * Looks up the host of the hub.
   *
   * @throws CommandException if the host is unknown
   */
  public InetAddress lookUp() {
    try {
      return InetAddress.getByName(host());
    } catch (UnknownHostException e) {
      throw unknown();
    }
  }

  CommandException unknown() {
    return CommandException.failed("Unknown host " + host() + ": check --url");
  }

  /** Sets the certificates that a client trusts. */
  public void setTrust(TCPSSLOptions options) {
    trusted.ifPresent(
        file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
  }

  /** What to change if a failure means that the hub is not trusted. */
  public Optional<CommandException> distrust(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof SSLException) {
        return Optional.of(
            CommandException.failed(
                "The hub at "
                    + base
                    + " is not trusted ("
                    + each.getMessage()
                    + "): name its certificate, or the authority that issued it, with --cacert"));
      }
    }
    return Optional.empty();
  }
}
