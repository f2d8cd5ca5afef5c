package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as processes of the jar, and a hub that restarts. */
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
    command.addAll(HubProcess.QUICK);
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

  @Test
  void linesWithAKeyGoOnWhenTheHubHasBeenStartedAgain() throws Exception {
    port = HubProcess.freePort();
    HubProcess first = hub();
    Process listening = command("listen", "a", "--since", "earliest", "--count", "3", "--json");
    Process lines = command("publish", "a", "-", "--key", "k", "--quiet");
    try {
      Writer input = lines.outputWriter();
      input.write("1\n2\n");
      input.flush();
      outputOf(command("listen", "a", "--since", "earliest", "--count", "2", "--quiet"));
      first.kill();
      try (HubProcess second = hub()) {
        input.write("3\n");
        input.close();

        assertThat(outputOf(lines)).startsWith("3 stored, ");
        assertThat(outputOf(listening).lines().map(JsonObject::new))
            .extracting(each -> each.getInteger("data"))
            .containsExactly(1, 2, 3);
        assertThat(second.isAlive()).isTrue();
      }
    } finally {
      lines.destroyForcibly();
      listening.destroyForcibly();
      first.close();
    }
  }

  /** Without a locale, as in most containers, Java itself cannot pass such letters. */
  @Test
  void lettersAreTheSameInALocaleThatDoesNotKnowThem() throws Exception {
    port = HubProcess.freePort();
    try (HubProcess hub = hub()) {
      outputOf(
          shell("publish \"$(printf 'k\\303\\244se')\" '\"'\"$(printf '\\342\\230\\225')\"'\"'"));

      Process listening = shell("listen '*' --since earliest --count 1 --json");
      Buffer line = Buffer.buffer(listening.getInputStream().readAllBytes());
      JsonObject update = new JsonObject(line);
      assertThat(update.getString("data")).isEqualTo("\u2615");
      assertThat(update.getJsonArray("topics")).containsExactly("k\u00e4se");
      assertThat(hub.isAlive()).isTrue();
    }
  }

  /** A command as in a script, without a locale. */
  private Process shell(String command) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String line =
        "LC_ALL=C exec %s %s -jar %s %s --url http://localhost:%d"
            .formatted(
                java,
                String.join(" ", HubProcess.QUICK),
                System.getProperty("outpour.jar"),
                command,
                port);
    return new ProcessBuilder("sh", "-c", line)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void completionScriptCompletesInBash() throws Exception {
    Installed.need("bash", "bash");
    Path script = directory.resolve("outpour_completion");
    Files.writeString(script, outputOf(shell("completion # ")));
    String commands =
        """
        source %s
        COMP_WORDS=(outpour listen --si) COMP_CWORD=2; _complete_outpour; echo "${COMPREPLY[@]}"
        COMP_WORDS=(outpour pub) COMP_CWORD=1; _complete_outpour; echo "${COMPREPLY[@]}"
        """
            .formatted(script);
    Process completing =
        new ProcessBuilder("bash", "-c", commands)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(outputOf(completing).lines().map(String::strip))
        .containsExactly("--since", "publish");
  }
}
