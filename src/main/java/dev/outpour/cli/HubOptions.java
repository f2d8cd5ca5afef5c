package dev.outpour.cli;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where a hub is, and who asks it. */
final class HubOptions {

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Where the hub is; default ${DEFAULT-VALUE}")
  private String url = "http://localhost:3000";

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      defaultValue = "${env:HUB_TOKEN}",
      description =
          "A token or an API key. Others on this machine see it here: rather set it as HUB_TOKEN"
              + " in the environment")
  private @Nullable String token;

  @Option(
      names = "--cacert",
      paramLabel = "FILE",
      description =
          "Certificates (PEM) that are trusted over https instead of those that Java trusts")
  private @Nullable Path cacert;

  /** Read by picocli alone. */
  @SuppressWarnings("UnusedVariable")
  @Option(names = "--help", usageHelp = true, description = "Show this")
  private boolean help;

  /**
   * A client for that hub.
   *
   * @throws CommandException if the options do not say where one could be
   */
  HubClient client() {
    if (cacert != null && !Files.isReadable(cacert)) {
      throw CommandException.usage("The file " + cacert + " of --cacert cannot be read");
    }
    return new HubClient(
        base(url), token == null || token.isBlank() ? null : token.strip(), cacert);
  }

  private static URI base(String url) {
    try {
      URI base = URI.create(url.replaceAll("/+$", ""));
      boolean known =
          "http".equalsIgnoreCase(base.getScheme()) || "https".equalsIgnoreCase(base.getScheme());
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
}
