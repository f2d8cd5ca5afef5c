package dev.outpour.cli;

import static dev.outpour.cli.hub.CommandException.require;

import dev.outpour.cli.hub.CommandException;
import dev.outpour.cli.hub.HubAnswer;
import dev.outpour.cli.hub.HubClient;
import dev.outpour.cli.hub.HubOptions;
import dev.outpour.cli.hub.Retry;
import dev.outpour.cli.terminal.Progress;
import dev.outpour.logging.EscapedText;
import io.netty.handler.codec.http.QueryStringEncoder;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code publish}: publishes one update, or the lines of standard input. */
@Command(
    name = "publish",
    sortOptions = false,
    description = {"Publishes an update, or with - each line of standard input.", ""},
    footer = {
      "",
      "  publish orders/42 '{\"state\":\"shipped\"}' --event shipped",
      "  publish news 'Coffee is ready' --text",
      "  tail -f sensors.ndjson | publish sensors/hall -",
      "",
      "Prints the id of the update. For lines, prints how many were stored, and the first and last"
          + " id.",
      "",
      "One update is retried until it is answered, and is stored once: without --key it gets a"
          + " random key. Lines without --key are sent once; a broken connection ends the command."
          + " With --key, line n has the key KEY/n: lines are sent again after a broken connection,"
          + " and you can run the command again with the same lines; each is stored once.",
      "",
      "Exit code: 0 if everything was stored, 1 if not, 2 if the options are invalid."
    })
final class PublishCommand implements Callable<Integer> {
  private static final int MAX_SECONDS = 86_400;

  /** The hub gives up earlier, so an answer that takes longer does not arrive. */
  private static final long ANSWER_SECONDS = 15;

  @Mixin private HubOptions hub = new HubOptions();

  @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic to publish to")
  private String topic = "";

  @Parameters(
      index = "1",
      paramLabel = "DATA",
      description = "JSON, or - to read lines of JSON from standard input")
  private String data = "";

  @Option(names = "--text", description = "DATA is text, not JSON")
  private boolean text;

  @Option(names = "--event", paramLabel = "NAME", description = "The event's name")
  private @Nullable String event;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Your idempotency key: an update sent again with it is stored once")
  private @Nullable String key;

  @Option(names = "--end", description = "This is the last update of its topic")
  private boolean end;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "How long to retry while the hub is unavailable; default ${DEFAULT-VALUE}")
  private int timeout = 30;

  @Option(names = "--quiet", description = "Show no progress on standard error")
  private boolean quiet;

  @Override
  public Integer call() {
    boolean lines = data.equals("-");
    require(!lines || !text, "--text applies to DATA on the command line: lines are JSON");
    require(
        timeout >= 1 && timeout <= MAX_SECONDS,
        "--timeout must be a whole number from 1 to " + MAX_SECONDS + ", but is " + timeout);
    Duration limit = Duration.ofSeconds(timeout);
    try (HubClient client = new HubClient(hub.address())) {
      return lines
          ? new LinesPublisher(
                  client,
                  path(key),
                  key != null,
                  limit,
                  LinesPublisher.KEEP_ALIVE,
                  Progress.of(quiet))
              .run(System.in)
          : one(client, key == null ? UUID.randomUUID().toString() : key, limit);
    }
  }

  private String path(@Nullable String key) {
    QueryStringEncoder path = new QueryStringEncoder("/update");
    path.addParam("topic", topic);
    if (event != null) {
      path.addParam("event", event);
    }
    if (key != null) {
      path.addParam("key", key);
    }
    if (end) {
      path.addParam("end", "true");
    }
    return path.toString();
  }

  /** Sends one update until it is answered. Its key makes that safe. */
  private int one(HubClient client, String key, Duration limit) {
    String path = path(key);
    long seconds = Math.min(ANSWER_SECONDS, limit.toSeconds());
    Retry retry = Retry.upTo(limit, client);
    while (true) {
      try {
        HubAnswer answer = send(client, path).timeout(seconds, TimeUnit.SECONDS).await();
        retry.reached();
        System.out.println(EscapedText.printable(id(answer)));
        return 0;
      } catch (CommandException e) {
        throw e;
      } catch (Exception e) {
        String trouble = retry.describe(e);
        long pause =
            retry
                .pauseMillis(e)
                .orElseThrow(
                    () ->
                        CommandException.failed(
                            trouble
                                + "; gave up after "
                                + limit.toSeconds()
                                + " s. The update may be stored: send it again with --key "
                                + EscapedText.printable(key)
                                + ", and it is stored once"));
        if (!quiet) {
          System.err.println(trouble + "; retrying");
        }
        client.vertx().timer(pause, TimeUnit.MILLISECONDS).await();
      }
    }
  }

  private String id(HubAnswer answer) {
    if (answer.isTemporary()) {
      throw answer.temporary();
    }
    if (!answer.isOk()) {
      String hint = answer.status() == 400 && !text ? " (--text sends data that is not JSON)" : "";
      throw CommandException.failed(answer.detail() + hint);
    }
    return answer.json().getString("id");
  }

  private Future<HubAnswer> send(HubClient client, String path) {
    String type = text ? "text/plain; charset=utf-8" : "application/json";
    return client
        .request(HttpMethod.POST, path)
        .compose(
            request -> request.putHeader(HttpHeaders.CONTENT_TYPE, type).send(Buffer.buffer(data)))
        .compose(HubAnswer::of);
  }
}
