package dev.outpour.cli.hub;

import dev.outpour.auth.OperatorToken;
import dev.outpour.settings.Loopback;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where a hub is, and who asks it. */
public final class HubOptions {

  private static final String DEFAULT = "http://localhost:3000";

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "${env:HUB_URL}",
      description =
          "Where the hub is; default what HUB_URL says in the environment, else"
              + " http://localhost:3000")
  private @Nullable String url;

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
   * Where that hub is.
   *
   * @throws CommandException if the options do not say where one could be
   */
  public HubAddress address() {
    return HubAddress.of(url == null ? DEFAULT : url, token, cacert);
  }

  /**
   * Where that hub is, if anything says so, else where the one of a configuration is.
   *
   * @throws CommandException if the options do not say where one could be
   */
  public HubAddress addressOr(Supplier<OwnHub> configured) {
    if (url != null) {
      return address();
    }
    if (cacert != null) {
      throw CommandException.usage(
          "--cacert is for the hub of --url: the one of the configuration is trusted by the"
              + " certificate that is configured. Give --url, or leave out --cacert");
    }
    return HubAddress.of(configured.get(), token);
  }

  /**
   * Where that hub is, for one who operates it: if no token is given and the hub is on this
   * machine, with the one that a hub of the same user keeps in one of some folders.
   *
   * @throws CommandException if the options do not say where one could be
   */
  public HubAddress addressOfOperator(List<Path> folders) {
    HubAddress given = address();
    if (given.token().isPresent() || !Loopback.is(given.host())) {
      return given;
    }
    Optional<String> kept =
        folders.stream()
            .map(folder -> OperatorToken.read(OperatorToken.file(folder, given.port())))
            .flatMap(Optional::stream)
            .findFirst();
    return HubAddress.of(given.base().toString(), kept.orElse(null), cacert);
  }
}
