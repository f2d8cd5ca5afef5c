package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as people run them: processes of the jar, and a hub that is started again. */
class CommandsIT {
  @TempDir private Path directory;

  private int port;

  private HubProcess hub() throws Exception {
    HubProcess hub =
        HubProcess.start(
            directory, "-conf", "{\"http\": {\"port\": " + port + "}, \"ingest\": {}}");
    hub.awaitLine("Ready");
    return hub;
  }

  private Process command(String... args) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-jar", System.getProperty("outpour.jar")));
    Collections.addAll(command, args);
    command.addAll(List.of("--url", "http://localhost:" + port));
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String outputOf(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(Await.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output.strip();
  }

  @Test
  void whoListensMissesNothingWhileTheHubIsStartedAgain() throws Exception {
    port = HubProcess.freePort();
    HubProcess first = hub();
    Process listening = command("listen", "a", "--since", "earliest", "--count", "4", "--json");
    try {
      List<String> ids = new ArrayList<>();
      ids.add(outputOf(command("publish", "a", "1")));
      first.terminate().awaitExit();
      try (HubProcess second = hub()) {
        ids.add(outputOf(command("publish", "a", "2", "--event", "x")));
        Process lines = command("publish", "a", "-", "--quiet");
        try (var input = lines.outputWriter()) {
          input.write("3\n4\n");
        }
        assertThat(outputOf(lines)).startsWith("2 stored, ");

        List<JsonObject> came = outputOf(listening).lines().map(JsonObject::new).toList();
        assertThat(came).extracting(each -> each.getInteger("data")).containsExactly(1, 2, 3, 4);
        assertThat(came)
            .extracting(each -> each.getString("id"))
            .startsWith(ids.get(0), ids.get(1));
        assertThat(second.isAlive()).isTrue();
      }
    } finally {
      listening.destroyForcibly();
      first.close();
    }
  }
}
