package dev.outpour.cli;

import dev.outpour.auth.AuthSettings;
import dev.outpour.auth.Rights;
import dev.outpour.auth.TokenSigner;
import dev.outpour.cli.hub.CommandException;
import dev.outpour.update.RefusedException;
import dev.outpour.update.TopicPattern;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code token}: signs a token with the hub's own key, and prints it. */
@Command(
    name = "token",
    sortOptions = false,
    description = {
      "Signs a token with auth.hmacSecret, or else with the first private JWK in auth.keys.",
      ""
    })
final class TokenCommand implements Callable<Integer> {

  private static final Pattern TIME = Pattern.compile("(\\d{1,9})([smhd])");

  /** Enough hex digits that two sets of topics never share a name. */
  private static final int DIGITS = 16;

  private final Function<Optional<String>, AuthSettings> configuration;

  @Option(
      names = "--publish",
      paramLabel = "TOPIC",
      description = "A topic or pattern the token may publish to; repeatable")
  private List<String> publish = new ArrayList<>();

  @Option(
      names = "--subscribe",
      paramLabel = "TOPIC",
      description = "A topic or pattern the token may subscribe to; repeatable")
  private List<String> subscribe = new ArrayList<>();

  @Option(
      names = "--operate",
      description = "The token may operate the hub: see subscribers, end streams, revoke tokens")
  private boolean operate;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      description =
          "How long the token is valid, such as 90s, 15m, 1h or 30d; default ${DEFAULT-VALUE}")
  private String expires = "1h";

  @Option(
      names = "--subject",
      paramLabel = "NAME",
      description =
          "The owner (sub), for idempotency keys and limits; default with --publish: a name derived"
              + " from its topics, the same each time")
  private @Nullable String subject;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "The token's id, by which it can be revoked; default a random one")
  private String id = UUID.randomUUID().toString();

  @Option(
      names = "-conf",
      paramLabel = "FILE",
      description = "The hub's configuration; default conf/config.json, as for the hub")
  private @Nullable String conf;

  /** Read by picocli alone. */
  @SuppressWarnings("UnusedVariable")
  @Option(names = "--help", usageHelp = true, description = "Show this help")
  private boolean help;

  /**
   * @param configuration reads the section {@code auth} of a file, or of the default one
   */
  TokenCommand(Function<Optional<String>, AuthSettings> configuration) {
    this.configuration = configuration;
  }

  @Override
  public Integer call() {
    if (publish.isEmpty() && subscribe.isEmpty() && !operate) {
      throw CommandException.usage("Give the token a right: --publish, --subscribe or --operate");
    }
    Instant now = Instant.now();
    JsonObject rights =
        new JsonObject().put("publish", checked(publish)).put("subscribe", checked(subscribe));
    if (operate) {
      rights.put("operate", true);
    }
    JsonObject claims =
        new JsonObject()
            .put("jti", id)
            .put("iat", now.getEpochSecond())
            .put("exp", now.plus(time(expires)).getEpochSecond())
            .put("outpour", rights);
    if (subject != null) {
      claims.put("sub", subject);
    } else if (!publish.isEmpty()) {
      claims.put("sub", nameOfPublisher());
    }
    AuthSettings auth = configuration.apply(Optional.ofNullable(conf));
    if (!auth.issuer().isEmpty()) {
      claims.put("iss", auth.issuer());
    }
    if (!auth.audience().isEmpty()) {
      claims.put("aud", auth.audience());
    }
    System.out.println(TokenSigner.of(auth).sign(claims));
    return 0;
  }

  /** A later token for the same topics has the same name, and so the same idempotency keys. */
  private String nameOfPublisher() {
    Set<TopicPattern> patterns =
        publish.stream().map(TopicPattern::parse).collect(Collectors.toUnmodifiableSet());
    return "publisher-"
        + new Rights(patterns, Set.of(), false).publishDigest().substring(0, DIGITS);
  }

  private static JsonArray checked(List<String> topics) {
    try {
      topics.forEach(TopicPattern::parse);
      return new JsonArray(topics);
    } catch (RefusedException e) {
      throw CommandException.usage(e.refusal().detail());
    }
  }

  private static Duration time(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      throw CommandException.usage(
          "--expires must be a number of seconds, minutes, hours or days, such as 90s, 15m, 1h or"
              + " 30d, but is "
              + text);
    }
    long number = Long.parseLong(time.group(1));
    return switch (time.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}
