package dev.outpour.cli;

import dev.outpour.cli.hub.CommandException;
import dev.outpour.cli.hub.HubAddress;
import dev.outpour.cli.hub.HubClient;
import dev.outpour.cli.hub.HubOptions;
import dev.outpour.history.HistorySettings;
import dev.outpour.settings.CannotStartException;
import dev.outpour.update.Topic;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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

/** {@code listen}: prints updates as they come, and comes back when the connection breaks. */
@Command(
    name = "listen",
    sortOptions = false,
    description = {
      "Prints updates as they come. Where the connection breaks it comes back, and goes on with what"
          + " was missed.",
      ""
    },
    footer = {
      "",
      "  listen 'orders/**'",
      "  listen 'sensors/*' --last 1 --json | jq .data",
      "",
      "Exit code: 0 if all topics have ended, or --count is reached; 1 if the hub refuses, or there"
          + " is none; 2 if the options cannot be used."
    })
final class ListenCommand implements Callable<Integer> {
  private static final int MOST_LAST = 10_000;

  private final Function<Optional<String>, HistorySettings> configuration;

  @Mixin private HubOptions hub = new HubOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "TOPIC",
      description = "Topics, or patterns in quotes such as 'orders/*'; default the hub's own topic")
  private List<String> topics = new ArrayList<>();

  @Option(
      names = "--since",
      paramLabel = "ID",
      description = "Begin after this id; earliest begins with all that is retained")
  private @Nullable String since;

  @Option(names = "--last", paramLabel = "N", description = "Begin with the newest N that match")
  private @Nullable Integer last;

  @Option(names = "--count", paramLabel = "N", description = "End after N updates")
  private long count = Long.MAX_VALUE;

  @Option(names = "--json", description = "Print an object of JSON a line")
  private boolean json;

  @Option(names = "--quiet", description = "Say nothing of the connection on standard error")
  private boolean quiet;

  /**
   * @param configuration what there is about the log where no file is named
   */
  ListenCommand(Function<Optional<String>, HistorySettings> configuration) {
    this.configuration = configuration;
  }

  @Override
  public Integer call() {
    require(since == null || last == null, "Either --since or --last, not both");
    require(
        last == null || (last >= 1 && last <= MOST_LAST),
        "--last must be a whole number from 1 to " + MOST_LAST);
    require(count >= 1, "--count must be a whole number above 0");
    EventPrinter printer =
        json
            ? EventPrinter.json(System.out)
            : EventPrinter.text(System.out, ZoneId.systemDefault());
    try (HubClient client = new HubClient(address())) {
      return new EventFollower(client, path(), begin(), printer, count, this::say).run().await();
    }
  }

  /** What is the hub's own is for those who operate it. */
  private HubAddress address() {
    return topics.stream().anyMatch(topic -> topic.startsWith(Topic.RESERVED + "/"))
        ? hub.addressOfOperator(folders())
        : hub.address();
  }

  /** Where a hub that is started here keeps its operator's token. */
  private List<Path> folders() {
    List<Path> folders = new ArrayList<>();
    try {
      Path log = Path.of(configuration.apply(Optional.empty()).path()).toAbsolutePath();
      folders.add(log.resolveSibling(""));
    } catch (CannotStartException e) {
      // The hub that runs may have another configuration.
    }
    folders.add(Path.of(""));
    return folders;
  }

  private String path() {
    StringBuilder path = new StringBuilder("/events?envelope=json");
    topics.forEach(topic -> path.append("&topic=").append(encoded(topic)));
    return path.toString();
  }

  private String begin() {
    if (since != null) {
      return "&lastEventId=" + encoded(since);
    }
    return last == null ? "" : "&last=" + last;
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private void say(String words) {
    if (!quiet) {
      System.err.println(words);
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw CommandException.usage(otherwise);
    }
  }
}
