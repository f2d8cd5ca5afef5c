package dev.outpour.cli;

import static dev.outpour.cli.hub.CommandException.require;

import dev.outpour.cli.hub.HubAddress;
import dev.outpour.cli.hub.HubClient;
import dev.outpour.cli.hub.HubOptions;
import dev.outpour.history.HistorySettings;
import dev.outpour.settings.CannotStartException;
import dev.outpour.update.Topic;
import io.netty.handler.codec.http.QueryStringEncoder;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code listen}: prints updates as they arrive, and resumes after a lost connection. */
@Command(
    name = "listen",
    sortOptions = false,
    description = {
      "Prints updates as they arrive. If the connection breaks it reconnects, and receives what it"
          + " missed.",
      ""
    },
    footer = {
      "",
      "  listen 'orders/**'",
      "  listen 'sensors/*' --last 1 --json | jq .data",
      "",
      "Exit code: 0 if all topics have ended or --count is reached; 1 if the hub refuses or there is"
          + " none; 2 if the options are invalid."
    })
final class ListenCommand implements Callable<Integer> {
  private static final int MAX_LAST = 10_000;

  private final Function<Optional<String>, HistorySettings> configuration;

  @Mixin private HubOptions hub = new HubOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "TOPIC",
      description =
          "Topics, or quoted patterns such as 'orders/*'; default the hub's default topic")
  private List<String> topics = new ArrayList<>();

  @Option(
      names = "--since",
      paramLabel = "ID",
      description = "Start after this id; earliest starts with the oldest retained update")
  private @Nullable String since;

  @Option(
      names = "--last",
      paramLabel = "N",
      description = "Start with the newest N updates that match")
  private @Nullable Integer last;

  @Option(names = "--count", paramLabel = "N", description = "Stop after N updates")
  private long count = Long.MAX_VALUE;

  @Option(names = "--json", description = "Print one JSON object per line")
  private boolean json;

  @Option(names = "--quiet", description = "Show nothing about the connection on standard error")
  private boolean quiet;

  /**
   * @param configuration reads the section {@code history} of the default configuration
   */
  ListenCommand(Function<Optional<String>, HistorySettings> configuration) {
    this.configuration = configuration;
  }

  @Override
  public Integer call() {
    require(since == null || last == null, "Use either --since or --last, not both");
    require(
        last == null || (last >= 1 && last <= MAX_LAST),
        "--last must be a whole number from 1 to " + MAX_LAST);
    require(count >= 1, "--count must be a whole number above 0");
    EventPrinter printer =
        json
            ? EventPrinter.json(System.out)
            : EventPrinter.text(System.out, ZoneId.systemDefault());
    try (HubClient client = new HubClient(address())) {
      return new EventFollower(client, path(false), path(true), printer, count, this::say)
          .run()
          .await();
    }
  }

  /** The hub's own topics are for operators. */
  private HubAddress address() {
    return topics.stream().anyMatch(topic -> topic.startsWith(Topic.RESERVED + "/"))
        ? hub.addressOfOperator(folders())
        : hub.address();
  }

  /** The folders in which a hub that was started here keeps its operator's token. */
  private List<Path> folders() {
    List<Path> folders = new ArrayList<>();
    try {
      Path log = Path.of(configuration.apply(Optional.empty()).path()).toAbsolutePath();
      folders.add(log.resolveSibling(""));
    } catch (CannotStartException e) {
      // The running hub may have another configuration.
    }
    folders.add(Path.of(""));
    return folders;
  }

  /** The path of the stream; of the first request, with the start that the options ask for. */
  private String path(boolean first) {
    QueryStringEncoder path = new QueryStringEncoder("/events");
    path.addParam("envelope", "json");
    topics.forEach(topic -> path.addParam("topic", topic));
    if (first && since != null) {
      path.addParam("lastEventId", since);
    }
    if (first && last != null) {
      path.addParam("last", last.toString());
    }
    return path.toString();
  }

  private void say(String line) {
    if (!quiet) {
      System.err.println(line);
    }
  }
}
