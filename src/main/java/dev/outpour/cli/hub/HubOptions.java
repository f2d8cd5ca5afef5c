package dev.outpour.cli.hub;

import dev.outpour.auth.OperatorToken;
import dev.outpour.settings.Loopback;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name a hub and authenticate to it. */
public final class HubOptions {

  private static final String DEFAULT = "http://localhost:3000";

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "${env:HUB_URL}",
      description =
          "The hub's URL; default HUB_URL from the environment, else http://localhost:3000")
  private @Nullable String url;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      defaultValue = "${env:HUB_TOKEN}",
      description =
          "A token or an API key. Other users of this machine can see it: prefer HUB_TOKEN in the"
              + " environment")
  private @Nullable String token;

  @Option(
      names = "--cacert",
      paramLabel = "FILE",
      description = "Certificates (PEM) to trust over https instead of those that Java trusts")
  private @Nullable Path cacert;

  /** Read by picocli alone. */
  @SuppressWarnings("UnusedVariable")
  @Option(names = "--help", usageHelp = true, description = "Show this help")
  private boolean help;

  /**
   * The address that the options name.
   *
   * @throws CommandException if the options are invalid
   */
  public HubAddress address() {
    return HubAddress.of(url == null ? DEFAULT : url, token, cacert);
  }

  /**
   * The address that the options name, or else that of the configured hub.
   *
   * @throws CommandException if the options are invalid
   */
  public HubAddress addressOr(Supplier<OwnHub> configured) {
    if (url != null) {
      return address();
    }
    if (cacert != null) {
      throw CommandException.usage(
          "--cacert needs --url: the configured hub is trusted by its configured certificate. Give"
              + " --url, or leave out --cacert");
    }
    return HubAddress.of(configured.get(), token);
  }

  /**
   * The address that the options name, for an operator. If no token is given and the hub runs on
   * this machine, it has the operator's token that the hub keeps in one of these folders.
   *
   * @throws CommandException if the options are invalid
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
