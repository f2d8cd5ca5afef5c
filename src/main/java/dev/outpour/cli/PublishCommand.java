package dev.outpour.cli;

import dev.outpour.cli.hub.Backoff;
import dev.outpour.cli.hub.CommandException;
import dev.outpour.cli.hub.ErrorAnswer;
import dev.outpour.cli.hub.HubClient;
import dev.outpour.cli.hub.HubOptions;
import dev.outpour.cli.terminal.PrintableText;
import dev.outpour.cli.terminal.Progress;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code publish}: one update from the command line, or many from standard input. */
@Command(
    name = "publish",
    sortOptions = false,
    description = {"Publishes an update, or with - a line of standard input each.", ""},
    footer = {
      "",
      "  publish orders/42 '{\"state\":\"shipped\"}' --event shipped",
      "  publish news 'Coffee is ready' --text",
      "  tail -f sensors.ndjson | publish sensors/hall -",
      "",
      "Prints the id of the update; of lines, how many were stored and the ids of the first and the"
          + " last. One update is sent until it is answered, and is stored once: without --key it"
          + " is given one of its own. Lines without --key are sent once: where the connection breaks,"
          + " it ends. With --key line n has the key KEY/n: they are sent again where the connection"
          + " breaks, and you can send all of them again; each is stored once.",
      "",
      "Exit code: 0 if all was stored, 1 if not, 2 if the options cannot be used."
    })
final class PublishCommand implements Callable<Integer> {
  private static final int MOST_SECONDS = 86_400;

  /** The hub itself gives up before: an answer that takes longer does not come. */
  private static final long ANSWER_SECONDS = 15;

  @Mixin private HubOptions hub = new HubOptions();

  @Parameters(index = "0", paramLabel = "TOPIC", description = "Where it goes")
  private String topic = "";

  @Parameters(
      index = "1",
      paramLabel = "DATA",
      description = "JSON; or - to read lines of JSON from standard input")
  private String data = "";

  @Option(names = "--text", description = "DATA is text, and not JSON")
  private boolean text;

  @Option(names = "--event", paramLabel = "NAME", description = "The event's name")
  private @Nullable String event;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Your own key for it: sent again, it is the same update")
  private @Nullable String key;

  @Option(names = "--end", description = "It is the last update of its topic")
  private boolean end;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description =
          "How long it is tried where the hub is away or does not answer; default ${DEFAULT-VALUE}")
  private int timeout = 30;

  @Option(names = "--quiet", description = "Show no progress on standard error")
  private boolean quiet;

  private record Answer(int status, @Nullable String retryAfter, Buffer body) {}

  @Override
  public Integer call() {
    boolean lines = data.equals("-");
    if (lines && text) {
      throw CommandException.usage("--text is for DATA from the command line: lines are JSON");
    }
    if (timeout < 1 || timeout > MOST_SECONDS) {
      throw CommandException.usage(
          "--timeout must be a whole number from 1 to " + MOST_SECONDS + ", but is " + timeout);
    }
    Duration patience = Duration.ofSeconds(timeout);
    try (HubClient client = new HubClient(hub.address())) {
      return lines
          ? new LinesPublisher(
                  client,
                  path(key),
                  key != null,
                  patience,
                  LinesPublisher.SILENCE,
                  Progress.of(quiet))
              .run(System.in)
          : one(client, key == null ? UUID.randomUUID().toString() : key, patience);
    }
  }

  private String path(@Nullable String key) {
    StringBuilder path = new StringBuilder("/update?topic=").append(encoded(topic));
    if (event != null) {
      path.append("&event=").append(encoded(event));
    }
    if (key != null) {
      path.append("&key=").append(encoded(key));
    }
    return path.append(end ? "&end=true" : "").toString();
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  /** Sends one update until it is answered, as its key makes that safe. */
  private int one(HubClient client, String key, Duration patience) {
    String path = path(key);
    Backoff pauses = new Backoff(ThreadLocalRandom.current());
    boolean reached = false;
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      String trouble;
      long pause = pauses.nextMillis();
      try {
        long seconds = Math.min(ANSWER_SECONDS, patience.toSeconds());
        Answer answer = send(client, path).timeout(seconds, TimeUnit.SECONDS).await();
        reached = true;
        if (answer.status() == 200) {
          JsonObject stored = answer.body().toJsonObject();
          System.out.println(PrintableText.of(stored.getString("id")));
          return 0;
        }
        ErrorAnswer refused = ErrorAnswer.of(answer.status(), answer.body());
        if (!refused.isPassing()) {
          throw CommandException.failed(refused.detail() + hint(refused));
        }
        trouble = refused.detail();
        pause = Math.max(pause, retryMillis(answer.retryAfter()));
      } catch (CommandException e) {
        throw e;
      } catch (Exception e) {
        Optional<CommandException> noHub = client.noHub(e);
        // One that was there comes back: perhaps it is being started again.
        if (noHub.isPresent() && !reached) {
          throw noHub.get();
        }
        reached |= noHub.isEmpty();
        trouble =
            e instanceof TimeoutException
                ? "The hub does not answer"
                : "The connection broke (" + PrintableText.of(String.valueOf(e.getMessage())) + ")";
      }
      if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause) > end) {
        throw CommandException.failed(
            trouble
                + "; given up after "
                + patience.toSeconds()
                + " s"
                + ". It may be stored: sent again with --key "
                + PrintableText.of(key)
                + " it is stored once");
      }
      if (!quiet) {
        System.err.println(trouble + "; trying again");
      }
      client.vertx().timer(pause, TimeUnit.MILLISECONDS).await();
    }
  }

  private String hint(ErrorAnswer refused) {
    return refused.status() == 400 && !text ? " (--text sends what is not JSON)" : "";
  }

  private Future<Answer> send(HubClient client, String path) {
    String type = text ? "text/plain; charset=utf-8" : "application/json";
    return client
        .request(HttpMethod.POST, path)
        .compose(
            request -> request.putHeader(HttpHeaders.CONTENT_TYPE, type).send(Buffer.buffer(data)))
        .compose(
            response ->
                response
                    .body()
                    .map(
                        body ->
                            new Answer(
                                response.statusCode(),
                                response.getHeader(HttpHeaders.RETRY_AFTER),
                                body)));
  }

  private static long retryMillis(@Nullable String seconds) {
    return seconds != null && seconds.matches("\\d{1,4}") ? Long.parseLong(seconds) * 1_000 : 0;
  }
}
