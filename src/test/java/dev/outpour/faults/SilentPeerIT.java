package dev.outpour.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubFigures;
import dev.outpour.HubProcess;
import dev.outpour.LinePublisher;
import dev.outpour.ManyReader;
import dev.outpour.ManyReaders;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers whose machine is gone, without a word: as when a cable is pulled. They are in a network
 * namespace of their own, at the other end of a link that is then cut; that needs root.
 */
@Tag(Extent.TAG)
@Tag(Extent.LONG)
class SilentPeerIT {

  private static final int READERS = 5;
  private static final Duration MOST = Duration.ofSeconds(60);
  private static final String HUB = "10.254.7.1";
  private static final String SPACE = "outpour-" + ProcessHandle.current().pid();
  private static final String NEAR = "op" + ProcessHandle.current().pid();

  @TempDir private Path directory;

  @BeforeEach
  void connectTheOtherSide() throws Exception {
    ip("netns", "add", SPACE);
    ip("link", "add", NEAR, "type", "veth", "peer", "name", "far", "netns", SPACE);
    ip("address", "add", HUB + "/30", "dev", NEAR);
    ip("link", "set", NEAR, "up");
    ip("-n", SPACE, "address", "add", "10.254.7.2/30", "dev", "far");
    ip("-n", SPACE, "link", "set", "far", "up");
  }

  @AfterEach
  void removeTheOtherSide() throws Exception {
    ip("netns", "delete", SPACE);
  }

  private static void ip(String... args) throws Exception {
    List<String> command = Stream.concat(Stream.of("ip"), Arrays.stream(args)).toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
  }

  @Test
  void readerWhoseMachineIsGoneIsLetGoInAMinuteAndOneWhoJustReadsNothingIsNot() throws Exception {
    int port = HubProcess.freePort();
    JsonObject configuration =
        new JsonObject()
            .put("http", new JsonObject().put("host", "0.0.0.0").put("port", port))
            .put("auth", new JsonObject().put("anonymous", true))
            .put("ingest", new JsonObject())
            .put("history", new JsonObject().put("store", "memory"));
    Path conf = Files.writeString(directory.resolve("conf.json"), configuration.encode());
    try (HubProcess hub = HubProcess.start(directory, "-conf", conf.toString())) {
      hub.awaitLine("Ready");
      HubFigures figures = new HubFigures(hub, port);
      long descriptors = figures.descriptors();
      try (ManyReaders readers = new ManyReaders(port)) {
        ManyReader idle = readers.open(ManyReader.Plan.of("/events?topic=a").receiveBuffer(2_048));
        readers.stop(List.of(idle));
        LinePublisher publisher = new LinePublisher(port, "a", 200);
        publisher.send(5_000);
        publisher.finish();
        List<Process> far = Stream.generate(() -> readFar(port)).limit(READERS).toList();
        Await.until(
            () -> figures.metric("outpour_readers") == READERS + 1,
            () -> figures.metric("outpour_readers"));
        ip("-n", SPACE, "link", "set", "far", "down");
        long begun = System.nanoTime();
        Await.within(
            MOST,
            () -> figures.metric("outpour_readers") == 1,
            () -> figures.metric("outpour_readers"));
        System.out.printf("Silent readers gone in %.0f s%n", (System.nanoTime() - begun) / 1e9);
        assertThat(figures.metric("outpour_readers_closed_total{reason=\"gone\"}"))
            .isEqualTo(READERS);
        assertThat(figures.descriptors()).isLessThanOrEqualTo(descriptors + 2);
        far.forEach(Process::destroyForcibly);
        readers.goOn(List.of(idle));
        ManyReaders.await("given all", List.of(idle), each -> each.count() == 5_000);
        assertThat(idle.connections()).isEqualTo(1);
      }
    }
  }

  private static Process readFar(int port) {
    try {
      String url = "http://" + HUB + ":" + port + "/events?topic=quiet";
      return new ProcessBuilder("ip", "netns", "exec", SPACE, "curl", "-sN", url)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
