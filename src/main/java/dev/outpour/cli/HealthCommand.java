package dev.outpour.cli;

import dev.outpour.cli.hub.CommandException;
import dev.outpour.cli.hub.ErrorAnswer;
import dev.outpour.cli.hub.HubAddress;
import dev.outpour.cli.hub.HubClient;
import dev.outpour.cli.hub.HubOptions;
import dev.outpour.cli.hub.OwnHub;
import dev.outpour.cli.terminal.PrintableText;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code health}: asks a hub once how it is, for those who start and end processes. */
@Command(
    name = "health",
    sortOptions = false,
    description = {
      "Asks a hub whether it is ready for readers and publishers.",
      "",
      "Without --url it asks the one that the configuration describes: its port, its address, and"
          + " by TLS if that is configured, where it trusts the configured certificate alone.",
      ""
    },
    footer = {
      "",
      "Prints a line that says so, or why not.",
      "",
      "Exit code: 0 if it is, 1 if not or if no hub answers, 2 if the options cannot be used."
    })
final class HealthCommand implements Callable<Integer> {
  private static final long ANSWER_SECONDS = 5;

  @Mixin private HubOptions hub = new HubOptions();

  @Option(names = "--live", description = "Ask only whether the process lives")
  private boolean live;

  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description =
          "The hub's configuration, by which it is found where no URL is given; default as for the"
              + " hub itself: conf/config.json, the environment and system properties")
  private @Nullable String conf;

  private final Function<Optional<String>, OwnHub> own;

  /**
   * @param own reads where the hub is in a configuration, or the one where none is named
   */
  HealthCommand(Function<Optional<String>, OwnHub> own) {
    this.own = own;
  }

  private record Answer(int status, Buffer body) {}

  @Override
  public Integer call() {
    HubAddress address = hub.addressOr(() -> own.apply(Optional.ofNullable(conf)));
    try (HubClient client = new HubClient(address)) {
      Answer answer;
      try {
        answer = ask(client).timeout(ANSWER_SECONDS, TimeUnit.SECONDS).await();
      } catch (Exception e) {
        Optional<CommandException> noHub = client.noHub(e);
        throw noHub.orElseGet(
            () ->
                CommandException.failed(
                    "No answer came from "
                        + address.base()
                        + " ("
                        + PrintableText.of(String.valueOf(e.getMessage()))
                        + ")"));
      }
      System.out.println(PrintableText.of(line(answer)));
      return answer.status() == 200 ? 0 : 1;
    }
  }

  private Future<Answer> ask(HubClient client) {
    return client
        .request(HttpMethod.GET, live ? "/health/live" : "/health/ready")
        .compose(request -> request.send().compose(HealthCommand::read));
  }

  private static Future<Answer> read(HttpClientResponse response) {
    return response.body().map(body -> new Answer(response.statusCode(), body));
  }

  private static String line(Answer answer) {
    try {
      JsonObject body = answer.body().toJsonObject();
      if (body.containsKey("checks")) {
        return answer.status() == 200 ? "up" : "down: " + reasons(body.getJsonArray("checks"));
      }
    } catch (DecodeException | ClassCastException e) {
      // Somebody else answers there, or a proxy in front.
    }
    return ErrorAnswer.of(answer.status(), answer.body()).detail();
  }

  private static String reasons(JsonArray checks) {
    return checks.stream()
        .map(JsonObject.class::cast)
        .filter(check -> check.containsKey("reason"))
        .map(check -> check.getString("reason"))
        .collect(Collectors.joining("; "));
  }
}
