package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jar of a running hub is overwritten, as {@code cp} does. The hub keeps serving, and stops as
 * usual. Classes that it still loads after that belong in {@code classes.txt}.
 */
class OverwrittenJarIT {

  private static final Pattern LOADED =
      Pattern.compile("\\[class,load\\] (\\S+) source: \\S*outpour\\.jar");

  private static final String CONFIGURATION =
      """
      {"http": {"port": 0, "accessLog": true, "presence": true, "clearTextHttp2": true},
       "ingest": {}}""";

  @TempDir private Path directory;

  private HubProcess start(String... args) throws IOException {
    Path jar = directory.resolve("outpour.jar");
    Files.copy(Path.of(System.getProperty("outpour.jar")), jar);
    List<String> words =
        new ArrayList<>(
            List.of(
                "-Xlog:class+load:file=" + directory.resolve("classes"), "-jar", "outpour.jar"));
    words.addAll(List.of(args));
    return HubProcess.start(List.of(), directory, Map.of(), words);
  }

  private Set<String> loaded() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<String> lines = Files.lines(directory.resolve("classes"))) {
      lines
          .map(LOADED::matcher)
          .filter(Matcher::find)
          .map(found -> found.group(1))
          .forEach(names::add);
    }
    return names;
  }

  /** Overwrites it with unreadable bytes of the same length. */
  private void writeOver() throws IOException {
    Path jar = directory.resolve("outpour.jar");
    long size = Files.size(jar);
    try (OutputStream out = Files.newOutputStream(jar)) {
      byte[] zeros = new byte[1 << 16];
      for (long left = size; left > 0; left -= zeros.length) {
        out.write(zeros, 0, (int) Math.min(left, zeros.length));
      }
    }
  }

  private static void awaitPreloaded(HubProcess hub) {
    Path threads = Path.of("/proc/" + hub.pid() + "/task");
    Await.until(
        "what is needed is loaded",
        () ->
            Stream.of(Objects.requireNonNull(threads.toFile().list()))
                .noneMatch(thread -> name(threads.resolve(thread)).equals(Preload.THREAD)));
  }

  private static String name(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).strip();
    } catch (IOException e) {
      return "gone";
    }
  }

  private static RawHttp.Answer ask(int port, String request, String body) {
    try (RawHttp client = RawHttp.connect(port)) {
      return client
          .send(
              request
                  + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                  + body.length()
                  + "\r\n\r\n"
                  + body)
          .answer();
    }
  }

  private static void useAll(int port, String operator) {
    for (String path :
        List.of(
            "/",
            "/console.html",
            "/page.js",
            "/page.css",
            "/outpour.js",
            "/openapi.json",
            "/health",
            "/health/live",
            "/metrics",
            "/topics?access_token=" + operator,
            "/readers?access_token=" + operator)) {
      assertThat(ask(port, "GET " + path, "").status()).as(path).isEqualTo(200);
    }
    assertThat(ask(port, "POST /update?topic=a/1&key=k", "{\"a\":1}").status()).isEqualTo(200);
    assertThat(ask(port, "POST /update?topic=a/1&key=k", "2").status()).isEqualTo(422);
    assertThat(ask(port, "POST /update", "{").status()).isEqualTo(400);
    assertThat(ask(port, "GET /nothing", "").status()).isEqualTo(404);
    assertThat(ask(port, "DELETE /events", "").status()).isEqualTo(405);
    assertThat(ask(port, "DELETE /readers/none?access_token=" + operator, "").status())
        .isEqualTo(404);
    assertThat(ask(port, "GET /events?lastEventId=no", "").status()).isEqualTo(400);
    for (String query :
        List.of(
            "topic=a/*&lastEventId=earliest",
            "topic=a/1&last=1",
            "topic=a/**&last=1&envelope=json")) {
      try (RawHttp reader = RawHttp.connect(port)) {
        reader.send("GET /events?" + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(reader.readUntil("\"a\":1")).contains("200 OK");
      }
    }
    try (RawHttp wrong = RawHttp.connect(port);
        RawHttp second = RawHttp.connect(port)) {
      assertThat(wrong.send("GET / HTTP/9.9\r\n\r\n").answer().status()).isEqualTo(505);
      second.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      second.send(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
      second.readUntil("\u0004");
    }
  }

  @Test
  void hubWhoseJarIsWrittenOverServesAndEndsAsBefore() throws Exception {
    try (HubProcess hub = start("-conf", CONFIGURATION)) {
      int port = hub.awaitPort();
      awaitPreloaded(hub);
      Set<String> before = loaded();

      writeOver();
      useAll(port, hub.awaitOperator());
      try (RawHttp reader = RawHttp.connect(port)) {
        reader.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
        reader.readUntil("retry:");
        hub.terminate();
        assertThat(reader.readUntil("shutdown")).contains("event: outpour.closing");
      }
      assertThat(hub.awaitExit()).isZero();
      assertThat(hub.output()).last().asString().endsWith("Stopped");
      assertThat(hub.output()).noneMatch(line -> line.contains("Error") || line.contains("ERROR"));
      Set<String> after = loaded();
      after.removeAll(before);
      assertThat(after).as("read from the jar that is there no more").isEmpty();
    }
  }

  @Test
  void hubOfAClusterWhoseJarIsWrittenOverServesAndEndsAsBefore() throws Exception {
    int bus = HubProcess.freePort();
    try (HubProcess hub =
        start(
            "-cluster",
            "-conf",
            """
            {"http": {"port": 0, "clearTextHttp2": true}, "ingest": {},
             "cluster": {"port": %d, "members": ["127.0.0.1:%d"]}}"""
                .formatted(bus, bus))) {
      int port = hub.awaitPort();
      awaitPreloaded(hub);
      writeOver();
      useAll(port, hub.awaitOperator());
      assertThat(hub.terminate().awaitExit()).isZero();
      assertThat(hub.output()).last().asString().endsWith("Stopped");
    }
  }
}
