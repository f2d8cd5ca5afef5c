package dev.outpour.faults;

import dev.outpour.Await;
import dev.outpour.HubProcess;
import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A hub in a process of its own, with its log where a test wants it. It can be ended and started
 * again, and is at the same port then. For use by one thread.
 */
final class HubOnDisk implements AutoCloseable {

  private final Path directory;
  private final Path log;
  private final int port;
  private final JsonObject history;
  private HubProcess process;

  /**
   * @param directory the working directory
   * @param log the log's file
   */
  HubOnDisk(Path directory, Path log) throws IOException {
    this.directory = directory;
    this.log = log;
    this.port = HubProcess.freePort();
    this.history = new JsonObject().put("store", "sqlite").put("path", log.toString());
  }

  /** Sets something of the section {@code history}. */
  HubOnDisk history(String key, Object value) {
    history.put(key, value);
    return this;
  }

  /** Starts it, and waits until it is ready. */
  HubProcess start() throws IOException, InterruptedException {
    return start(Map.of());
  }

  /** Starts it with variables in its environment, and waits until it is ready. */
  HubProcess start(Map<String, String> environment) throws IOException, InterruptedException {
    launch(List.of(), environment).awaitLine("Ready");
    return process;
  }

  /** Starts it by another program and with variables, and waits for nothing. */
  HubProcess launch(List<String> wrapper, Map<String, String> environment) throws IOException {
    String configuration =
        new JsonObject()
            .put("http", new JsonObject().put("port", port))
            .put("ingest", new JsonObject())
            .put("history", history)
            .encode();
    process =
        HubProcess.startUnder(wrapper, directory, environment, List.of(), "-conf", configuration);
    return process;
  }

  /** The process that was started last. */
  HubProcess process() {
    return process;
  }

  int port() {
    return port;
  }

  /** The log's file. */
  Path log() {
    return log;
  }

  /** Publishes to the default topic and gives the answer. */
  RawHttp.Answer publish(String json) {
    return publish(json, "");
  }

  /** Publishes with a query and gives the answer. */
  RawHttp.Answer publish(String json, String query) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    try (RawHttp connection = RawHttp.connect(port)) {
      return connection
          .send(
              "POST /update?"
                  + query
                  + " HTTP/1.1\r\nHost: localhost:"
                  + port
                  + "\r\nContent-Length: "
                  + body.length
                  + "\r\n\r\n")
          .send(body)
          .answer();
    }
  }

  /** Publishes and gives the id; fails if it is not taken. */
  String published(String json) {
    RawHttp.Answer answer = publish(json);
    if (answer.status() != 200) {
      throw new AssertionError(answer.status() + " " + answer.body());
    }
    return new JsonObject(answer.body()).getString("id");
  }

  /** Publishes to a hub that may end by it, and gives the status; 0 if no answer came. */
  int publishForStatus(String json) {
    try {
      return publish(json).status();
    } catch (UncheckedIOException e) {
      return 0;
    }
  }

  /** The status of the answer to whether it is ready. */
  int health() {
    try (RawHttp connection = RawHttp.connect(port)) {
      String request = "GET /health/ready HTTP/1.1\r\nHost: localhost:" + port + "\r\n\r\n";
      return connection.send(request).answer().status();
    }
  }

  /** A reader of the default topic from a position on, or from {@code earliest}. */
  SseClient read(String from) {
    return SseClient.to(port, "/events").lastEventId(from).open();
  }

  /**
   * Has the power cut: the process goes no further, the disk takes nothing, and both are as they
   * are then. It can be started again.
   */
  void cutPower(LoopDisk disk) throws IOException, InterruptedException {
    // First of all it stops, as a machine would: of a sync that is under way when the disk is shut
    // down, ext4 may say that it went well.
    process.hold();
    Await.until("all threads are held", this::isHeld);
    disk.cutPower();
    process.kill();
    disk.restore();
  }

  private boolean isHeld() {
    try (Stream<Path> threads = Files.list(Path.of("/proc", "" + process.pid(), "task"))) {
      return threads.allMatch(HubOnDisk::isHeld);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isHeld(Path thread) {
    try {
      String stat = Files.readString(thread.resolve("stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
    } catch (IOException e) {
      // It has ended meanwhile: to be looked at again without it.
      return false;
    }
  }

  @Override
  public void close() {
    if (process != null) {
      // Waits for its end: what it holds open cannot be unmounted.
      process.kill();
    }
  }
}
