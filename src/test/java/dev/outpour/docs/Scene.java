package dev.outpour.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubProcess;
import dev.outpour.Installed;
import dev.outpour.docs.Shell.Entered;
import dev.outpour.docs.Step.Kind;
import examples.Block;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a page assumes: a folder as after the build, a running hub with the shipped configuration,
 * and a shell. A hub that the page starts replaces that one. Only ports and the epoch differ from
 * what the page shows.
 */
final class Scene implements AutoCloseable {
  private static final String SHOWN_HUB = "localhost:3000";
  private static final Pattern SHOWN =
      Pattern.compile("^\\$ (.*)\\n((?:(?!\\$ ).*\\n)*)", Pattern.MULTILINE);
  private static final Pattern ID = Pattern.compile("id: (\\w+)-0");

  /** Processes of a cluster that listen on no port. */
  private static final Pattern WITHOUT_PORT = Pattern.compile("Ingest|Simulator");

  private final Path directory;
  private final HubProcess hub;
  private final Shell shell;
  private final String epoch;

  /** Commands that keep printing, and what they must print. */
  private final Map<Entered, String> streams = new LinkedHashMap<>();

  /** The hubs that the page has started. */
  private final List<Entered> hubs = new ArrayList<>();

  private boolean isCluster;
  private int port;

  /**
   * Starts the hub and the shell.
   *
   * @param empty an empty folder for them
   */
  Scene(Path empty) throws IOException, InterruptedException {
    directory = Files.createDirectory(empty.resolve("outpour"));
    Workplace.lay(directory);
    // Its messages would mix with those of the page.
    Map<String, String> settings =
        Map.of("OUTPOUR_HTTP_PORT", "0", "OUTPOUR_SIMULATOR_EVERY_MILLIS", "86400000");
    hub = HubProcess.start(directory, settings, HubProcess.QUICK);
    port = hub.awaitPort();
    epoch = epoch();
    Path outputs = Files.createDirectory(empty.resolve("outputs"));
    shell = new Shell(directory, outputs, Workplace.environment(directory));
    shell.export("HUB_URL", url());
  }

  Path directory() {
    return directory;
  }

  /** The address of the hub that runs now. */
  String url() {
    return "http://localhost:" + port;
  }

  /** A text with the port and epoch of this scene instead of those shown. */
  String here(String text) {
    return text.replace(SHOWN_HUB, "localhost:" + port)
        .replace("operator-3000.token", "operator-" + port + ".token")
        .replace(Shown.EPOCH, epoch);
  }

  /** Enters every command of a block; each must succeed. */
  void enter(Block block) throws IOException, InterruptedException {
    for (Step step : Step.all(block.code())) {
      if (step.kind() == Kind.HUB) {
        makeRoomFor(step.command());
      }
      Entered entered = shell.enter(Step.of(here(step.command())));
      if (entered.isUnknownHere()) {
        Installed.giveUp("it needs the program of " + step.command());
      }
      assertThat(entered.hasFailed()).as("%s%n%s", step.command(), entered).isFalse();
      if (step.kind() == Kind.HUB) {
        hubs.add(entered);
      }
    }
  }

  /** Ends the hubs before, since two hubs cannot have one log; those of a cluster stay. */
  private void makeRoomFor(String command) throws IOException, InterruptedException {
    boolean joins = command.contains(" -cluster");
    if (hub.isAlive()) {
      hub.kill();
    }
    if (!joins || !isCluster) {
      hubs.forEach(shell::end);
      hubs.clear();
    }
    isCluster = joins;
    if (!WITHOUT_PORT.matcher(command).find()) {
      moveTo(HubProcess.freePort());
    }
  }

  private void moveTo(int next) throws IOException {
    port = next;
    shell.export("OUTPOUR_HTTP_PORT", port);
    shell.export("OUTPOUR_SIMULATOR_URL", url() + "/update");
    shell.export("HUB_URL", url());
  }

  /** Enters the commands after {@code $}, and compares their output with what is shown. */
  void compare(Block block) throws IOException {
    List<MatchResult> steps = SHOWN.matcher(block.code()).results().toList();
    assertThat(steps).as("lines that begin with $").isNotEmpty();
    for (MatchResult step : steps) {
      Step command = Step.of(here(step.group(1)));
      String shown = Shown.comparable(step.group(2), epoch);
      Entered entered = shell.enter(command);
      if (command.kind() == Kind.ENDS) {
        assertThat(Shown.comparable(entered.printed(), epoch))
            .as("%s%n%s", command.command(), entered)
            .isEqualTo(shown);
      } else {
        streams.put(entered, shown);
      }
    }
  }

  /** Waits until the commands that keep printing have printed what is shown. */
  void awaitStreams() {
    streams.forEach(
        (entered, shown) ->
            Await.until(
                () -> (Shown.comparable(entered.printed(), epoch) + "\n").startsWith(shown + "\n"),
                () -> entered + "\ninstead of\n" + shown));
  }

  private String epoch() throws IOException {
    try (InputStream stream = URI.create(url() + "/events").toURL().openStream();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      lines.readLine();
      String line = lines.readLine();
      Matcher id = ID.matcher(line);
      assertThat(id.find()).as(line).isTrue();
      return id.group(1);
    }
  }

  @Override
  public void close() throws IOException {
    shell.close();
    hub.close();
    Workplace.clear(directory);
  }
}
