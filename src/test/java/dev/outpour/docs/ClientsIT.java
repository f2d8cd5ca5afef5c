package dev.outpour.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The programs that docs/ shows for other languages, while the hub goes away and comes back. */
class ClientsIT {
  private static final String FOREIGN = "Zy8Wm2LpQe-41";

  @TempDir private Path directory;

  private final List<Running> running = new ArrayList<>();
  private int port;
  private HubProcess hub;

  /** A program that has been started, and where it prints. */
  private record Running(Process process, Path output, Path errors) {

    String printed() {
      return text(output);
    }

    /** Its exit code. */
    int end() {
      Await.until(() -> !process.isAlive(), () -> this);
      return process.exitValue();
    }

    @Override
    public String toString() {
      return text(output) + text(errors);
    }

    private static String text(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @BeforeEach
  void start() throws Exception {
    port = HubProcess.freePort();
    startHub();
  }

  private void startHub() throws Exception {
    String configuration = "{\"http\": {\"port\": " + port + "}, \"ingest\": {}}";
    hub = HubProcess.start(directory, Map.of(), Workplace.QUICK_JVM, "-conf", configuration);
    hub.awaitLine("Ready");
  }

  @AfterEach
  void stop() {
    for (Running each : running) {
      each.process().descendants().forEach(ProcessHandle::destroyForcibly);
      each.process().destroyForcibly();
    }
    hub.close();
  }

  private Running run(List<String> command) throws IOException {
    Path output = directory.resolve(running.size() + ".out");
    Path errors = directory.resolve(running.size() + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().put("HUB_URL", "http://localhost:" + port);
    Running started = new Running(builder.start(), output, errors);
    started.process().getOutputStream().close();
    running.add(started);
    return started;
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsLostOrDoubledWhileTheHubIsAway(Language language) throws Exception {
    language.need();
    language.save(directory);
    Files.writeString(directory.resolve("position"), FOREIGN);

    Running reader = run(language.run("follow", "orders/7", FOREIGN));
    Await.until(() -> reader.toString().contains("Updates are missing"), () -> reader);
    List<String> ids = new ArrayList<>();
    ids.add(publish(language, 1));
    awaitLines(reader, ids);

    hub.terminate().awaitExit();
    Running early = run(language.run("publish", "orders/7", "2"));
    startHub();
    ids.add(idOf(early));
    awaitLines(reader, ids);

    hub.kill();
    startHub();
    ids.add(publish(language, 3));
    awaitLines(reader, ids);

    end();
    assertThat(reader.end()).as("%s", reader).isZero();
    Running late = run(language.run("publish", "orders/7", "4"));
    assertThat(late.end()).as("%s", late).isNotZero();
    assertThat(late.toString()).contains("has ended");
  }

  private String publish(Language language, int number) throws IOException {
    return idOf(run(language.run("publish", "orders/7", "" + number)));
  }

  private static String idOf(Running publisher) {
    assertThat(publisher.end()).as("%s", publisher).isZero();
    return publisher.printed().replaceAll(".*\"id\":\"([^\"]+)\".*", "$1").strip();
  }

  private static void awaitLines(Running reader, List<String> ids) {
    List<String> lines =
        IntStream.range(0, ids.size()).mapToObj(i -> ids.get(i) + " message " + (i + 1)).toList();
    Await.until(() -> reader.printed().lines().toList().equals(lines), () -> reader + "" + lines);
  }

  private void end() throws IOException, InterruptedException {
    URI uri = URI.create("http://localhost:" + port + "/update?topic=orders/7&end=true");
    int status =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString("0")).build(),
                BodyHandlers.discarding())
            .statusCode();
    assertThat(status).isEqualTo(200);
  }
}
