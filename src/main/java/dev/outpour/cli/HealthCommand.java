package dev.outpour.cli;

import dev.outpour.cli.hub.CommandException;
import dev.outpour.cli.hub.HubAddress;
import dev.outpour.cli.hub.HubAnswer;
import dev.outpour.cli.hub.HubClient;
import dev.outpour.cli.hub.HubOptions;
import dev.outpour.cli.hub.OwnHub;
import dev.outpour.logging.EscapedText;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
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

/** {@code health}: asks a hub once whether it is ready; meant for process managers and probes. */
@Command(
    name = "health",
    sortOptions = false,
    description = {
      "Asks a hub whether it is ready for subscribers and publishers.",
      "",
      "Without --url it asks the hub that the configuration describes, at its address and port. If"
          + " TLS is configured it uses TLS, and trusts only the configured certificate.",
      ""
    },
    footer = {
      "",
      "Prints up, or the reason why the hub is not ready.",
      "",
      "Exit code: 0 if it is ready, 1 if not or if no hub answers, 2 if the options are invalid."
    })
final class HealthCommand implements Callable<Integer> {
  private static final long ANSWER_SECONDS = 5;

  @Mixin private HubOptions hub = new HubOptions();

  @Option(names = "--live", description = "Ask only whether the process is alive")
  private boolean live;

  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description =
          "The hub's configuration, used if no URL is given; default as for the hub itself:"
              + " conf/config.json, the environment and system properties")
  private @Nullable String conf;

  private final Function<Optional<String>, OwnHub> own;

  /**
   * @param own finds the hub of a configuration file, or of the default one
   */
  HealthCommand(Function<Optional<String>, OwnHub> own) {
    this.own = own;
  }

  @Override
  public Integer call() {
    HubAddress address = hub.addressOr(() -> own.apply(Optional.ofNullable(conf)));
    try (HubClient client = new HubClient(address)) {
      HubAnswer answer;
      try {
        answer = ask(client).timeout(ANSWER_SECONDS, TimeUnit.SECONDS).await();
      } catch (Exception e) {
        Optional<CommandException> noHub = client.noHub(e);
        throw noHub.orElseGet(
            () ->
                CommandException.failed(
                    "No answer from "
                        + address.base()
                        + " ("
                        + EscapedText.printable(String.valueOf(e.getMessage()))
                        + ")"));
      }
      System.out.println(EscapedText.printable(line(answer)));
      return answer.isOk() ? 0 : 1;
    }
  }

  private Future<HubAnswer> ask(HubClient client) {
    return client
        .request(HttpMethod.GET, live ? "/health/live" : "/health/ready")
        .compose(request -> request.send().compose(HubAnswer::of));
  }

  /** Another server, or a proxy in front, answers without checks. */
  private static String line(HubAnswer answer) {
    if (answer.json().getValue("checks") instanceof JsonArray checks) {
      return answer.isOk() ? "up" : "down: " + reasons(checks);
    }
    return answer.detail();
  }

  private static String reasons(JsonArray checks) {
    return checks.stream()
        .map(JsonObject.class::cast)
        .filter(check -> check.containsKey("reason"))
        .map(check -> check.getString("reason"))
        .collect(Collectors.joining("; "));
  }
}
