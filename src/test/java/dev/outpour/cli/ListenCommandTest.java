package dev.outpour.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListenCommandTest {
  private TestHub hub;

  @BeforeEach
  void start() {
    hub = TestHub.start();
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private CommandRun listen(String... args) {
    List<String> all = new ArrayList<>(List.of("listen"));
    Collections.addAll(all, args);
    all.addAll(List.of("--url", hub.url()));
    return CommandRun.of(all.toArray(new String[0]));
  }

  @Test
  void updatesArePrintedOnALineEach() {
    hub.publish("orders/1", "{\"n\":1}");
    hub.publish("else", "2");
    String id = hub.publish("orders/3", "{\"n\":3}");

    CommandRun text = listen("orders/*", "--since", "earliest", "--count", "2");
    assertThat(text.code()).as(text.errors()).isZero();
    assertThat(text.output().lines().map(line -> line.substring(10)))
        .endsWith("orders/1  {\"n\":1}", "orders/3  {\"n\":3}");
    assertThat(text.output()).doesNotContain("\u001b");

    CommandRun json = listen("orders/*", "--last", "1", "--count", "1", "--json");
    JsonObject line = new JsonObject(json.output().lines().reduce("", (before, last) -> last));
    assertThat(line.getString("id")).isEqualTo(id);
    assertThat(line.getJsonArray("topics")).containsExactly("orders/3");
    assertThat(line.getJsonObject("data")).isEqualTo(new JsonObject("{\"n\":3}"));
  }

  @Test
  void refusalIsOneLine() {
    CommandRun run = listen("a*b");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.errors().lines()).singleElement().asString().contains("a*b");
  }

  @Test
  void invalidOptionsAreOneLine() {
    for (String[] options :
        List.of(
            new String[] {"--since", "x", "--last", "1"},
            new String[] {"--last", "0"},
            new String[] {"--last", "10001"},
            new String[] {"--count", "0"},
            new String[] {"--lsat", "1"})) {
      CommandRun run = listen(options);
      assertThat(run.code()).as(String.join(" ", options)).isEqualTo(2);
      assertThat(run.errors().lines()).as(String.join(" ", options)).hasSize(1);
    }
  }

  @Test
  void completionKnowsTheCommandsAndTheirOptions() {
    CommandRun run = CommandRun.of("completion");

    assertThat(run.code()).isZero();
    assertThat(run.output())
        .contains("complete -F _complete_outpour")
        .contains("publish", "listen", "bench", "token", "--since");
  }
}
