package dev.outpour.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.TestHub;
import dev.outpour.cli.hub.HubAddress;
import dev.outpour.cli.hub.OwnHub;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthCommandTest {

  @Test
  void readyHubIsUp() throws Exception {
    TestHub.run(
        new JsonObject(),
        hub -> {
          for (String more : List.of("", "--live")) {
            CommandRun run =
                more.isEmpty()
                    ? CommandRun.of("health", "--url", hub.url())
                    : CommandRun.of("health", "--url", hub.url(), more);
            assertThat(run.output()).isEqualTo("up\n");
            assertThat(run.code()).isZero();
          }
        });
  }

  @Test
  void hubThatIsNotReadyIsDownWithAReasonButAlive() {
    try (TestHub hub = TestHub.startWithoutIngest(new JsonObject())) {
      CommandRun run = CommandRun.of("health", "--url", hub.url());
      assertThat(run.output()).isEqualTo("down: The log is not available yet\n");
      assertThat(run.code()).isEqualTo(1);
      assertThat(CommandRun.of("health", "--url", hub.url(), "--live").code()).isZero();
    }
  }

  @Test
  void hubThatDoesNotServeHealthIsNotReady() throws Exception {
    JsonObject http = new JsonObject().put("serve", List.of("events"));
    TestHub.run(
        new JsonObject().put("http", http),
        hub -> {
          CommandRun run = CommandRun.of("health", "--url", hub.url());
          assertThat(run.output()).startsWith("Not found: ");
          assertThat(run.code()).isEqualTo(1);
        });
  }

  @Test
  void missingHubIsReported() {
    CommandRun run = CommandRun.of("health", "--url", "http://localhost:1");
    assertThat(run.errors()).contains("No hub answers at http://localhost:1");
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void certificatesWithoutAUrlAreRefused(@TempDir Path home) throws IOException {
    Path certificates = Files.createFile(home.resolve("ca.pem"));
    CommandRun run = CommandRun.of("health", "--cacert", certificates.toString());
    assertThat(run.errors()).contains("--cacert needs --url").contains("Give --url");
    assertThat(run.code()).isEqualTo(2);
  }

  @Test
  void tokenIsSentToTheConfiguredHub() {
    OwnHub own = new OwnHub("http://localhost:3000", Optional.empty());
    assertThat(HubAddress.of(own, " abc\n").token()).contains("abc");
    assertThat(HubAddress.of(own, null).token()).isEmpty();
  }
}
