package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.TestHub;
import dev.outpour.TestTools;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs h2spec against the hub, over TLS and in clear text. */
class H2specIT {

  private static final int CASES = 146;

  /** The sections of h2spec that a plain Vert.x server fails, too, and why. */
  private static final Set<String> KNOWN =
      Set.of(
          "http2/5.1 half closed (remote): Sends a HEADERS frame",
          "http2/5.1 closed: Sends a HEADERS frame",
          "http2/5.1.1 Sends stream identifier that is numerically smaller than previous");

  /** In clear text a port accepts both versions, and answers invalid input in HTTP/1.1. */
  private static final String NO_PREFACE = "http2/3.5 Sends invalid connection preface";

  private static final Pattern CASE =
      Pattern.compile(
          "<testcase package=\"([^\"]*)\" classname=\"([^\"]*)\" time=\"[^\"]*\">(<?[a-z]*)");

  @TempDir private Path directory;

  @Test
  void hubFailsNothingThatBareVertxDoesNot() throws Exception {
    Path program = TestTools.need("h2spec").resolve("bin").resolve("h2spec");
    try (TestHub clear =
            TestHub.start(
                new JsonObject().put("http", new JsonObject().put("clearTextHttp2", true)));
        TestHub tls = TestHub.start(new JsonObject().put("http", TestHub.tls()))) {
      Path inClear = directory.resolve("clear.xml");
      Path overTls = directory.resolve("tls.xml");
      // In parallel, since each mostly waits for timeouts.
      List<Process> runs =
          List.of(
              run(program, clear.port(), inClear), run(program, tls.port(), overTls, "-t", "-k"));
      for (Process run : runs) {
        assertThat(run.waitFor(Await.LONG.toSeconds() * 2, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(failures(overTls)).isSubsetOf(KNOWN);
      Set<String> known = new TreeSet<>(KNOWN);
      known.add(NO_PREFACE);
      assertThat(failures(inClear)).isSubsetOf(known);
    }
  }

  private Process run(Path program, int port, Path report, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "-h",
                "localhost",
                "-p",
                Integer.toString(port),
                "-P",
                "/health",
                "-S",
                "-o",
                "4",
                "-j",
                report.toString()));
    command.addAll(List.of(more));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve(report.getFileName() + ".txt").toFile())
        .start();
  }

  private static Set<String> failures(Path report) throws IOException {
    Set<String> failures = new TreeSet<>();
    int cases = 0;
    Matcher each = CASE.matcher(Files.readString(report));
    while (each.find()) {
      cases++;
      if (!each.group(3).equals("<")) {
        failures.add(each.group(1) + " " + each.group(2));
      }
    }
    assertThat(cases).isEqualTo(CASES);
    return failures;
  }
}
