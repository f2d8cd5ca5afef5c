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
 * Where a hub is, and how it is asked.
 *
 * @param base its URL, without a slash at the end
 * @param token sent along as proof of who asks
 * @param trusted a file with the certificates that are trusted over https; empty: those that Java
 *     trusts
 * @param named whether its certificate has to be one for the host's name
 */
public record HubAddress(URI base, Optional<String> token, Optional<Path> trusted, boolean named) {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /**
   * The address of the hub at a URL.
   *
   * @throws CommandException if it is not a URL of a hub, or the file cannot be read
   */
  public static HubAddress of(String url, @Nullable String token, @Nullable Path trusted) {
    if (trusted != null && !Files.isReadable(trusted)) {
      throw CommandException.usage("The file " + trusted + " of --cacert cannot be read");
    }
    return new HubAddress(parse(url), given(token), Optional.ofNullable(trusted), true);
  }

  /**
   * That of the configuration. Its certificate is for the name by which others know it, so that the
   * certificate itself, and nothing else, is what it is trusted by.
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
      // Told below, as all else that it may be.
    }
    throw CommandException.usage(
        "--url must be such as http://localhost:3000 or https://hub.example, but is " + url);
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
   * @throws CommandException if its host is not known
   */
  public InetAddress lookUp() {
    try {
      return InetAddress.getByName(host());
    } catch (UnknownHostException e) {
      throw unknown();
    }
  }

  CommandException unknown() {
    return CommandException.failed("The host " + host() + " of --url is not known");
  }

  /** Has a client trust whom it may. */
  public void setTrust(TCPSSLOptions options) {
    trusted.ifPresent(
        file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
  }

  /** What to change, where a failure says that the hub is not trusted. */
  public Optional<CommandException> distrust(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof SSLException) {
        return Optional.of(
            CommandException.failed(
                "The hub at "
                    + base
                    + " cannot be trusted ("
                    + each.getMessage()
                    + "): name the certificates it can be trusted by with --cacert"));
      }
    }
    return Optional.empty();
  }
}
