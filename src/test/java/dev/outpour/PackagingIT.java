package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the image and the service start, started as they do: from files that cannot be written, as
 * nobody where these tests are root. The image itself is not built here.
 */
class PackagingIT {
  private static final Map<String, String> OPEN = Map.of("OUTPOUR_AUTH_ANONYMOUS", "true");

  @TempDir private Path root;

  private int port;

  /** Lays out the files of {@code /opt/outpour}, and the writable folders. */
  @BeforeEach
  void layOut() throws IOException {
    port = HubProcess.freePort();
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path home = Files.createDirectories(root.resolve("opt/outpour"));
    Files.copy(Path.of(System.getProperty("outpour.jar")), home.resolve("outpour.jar"));
    Files.createDirectory(home.resolve("conf"));
    try (Stream<Path> files = Files.list(Path.of("conf"))) {
      for (Path file : files.toList()) {
        Files.copy(file, home.resolve("conf").resolve(file.getFileName()));
      }
    }
    for (String folder : List.of("data", "tmp")) {
      Path writable = Files.createDirectory(root.resolve(folder));
      Files.setPosixFilePermissions(writable, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
  }

  /** Words of a command behind the name of Java, with what was laid out in place of the root's. */
  private List<String> here(List<String> words) {
    assertThat(words.get(0)).endsWith("java");
    return words.stream()
        .skip(1)
        .map(word -> word.replace("/opt/outpour", root + "/opt/outpour"))
        .map(word -> word.replace(":3000", ":" + port))
        .toList();
  }

  private HubProcess start(Map<String, String> environment, List<String> words) throws IOException {
    Map<String, String> all = new HashMap<>(environment);
    all.put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + root.resolve("tmp"));
    all.put("OUTPOUR_HTTP_PORT", "" + port);
    all.put("OUTPOUR_HTTP_HEALTH_FILE", healthFile().toString());
    all.put("OUTPOUR_HISTORY_PATH", root.resolve("data/outpour.db").toString());
    return HubProcess.start(asNobody(), root.resolve("data"), all, words);
  }

  private static List<String> asNobody() throws IOException {
    if (!System.getProperty("user.name").equals("root")) {
      return List.of();
    }
    String[] ids = Dockerfile.read().one("USER").split(":", 2);
    return List.of(
        Installed.need("setpriv", "util-linux").toString(),
        "--reuid=" + ids[0],
        "--regid=" + ids[1],
        "--clear-groups",
        "--no-new-privs");
  }

  private static List<String> image(String what) throws IOException {
    Dockerfile dockerfile = Dockerfile.read();
    List<String> words = new ArrayList<>(dockerfile.command(what));
    if (what.equals("ENTRYPOINT")) {
      words.addAll(dockerfile.command("CMD"));
    }
    return words;
  }

  private Path healthFile() {
    return root.resolve("tmp/outpour.health");
  }

  /** Runs the health check of the image, with another path of its file. */
  private int health() throws Exception {
    List<String> words = new ArrayList<>();
    for (String word : image("HEALTHCHECK")) {
      words.add(word.replace("/tmp/outpour.health", healthFile().toString()));
    }
    assertThat(words).noneMatch(word -> word.contains("java"));
    assertThat(String.join(" ", words)).contains(healthFile().toString());
    return new ProcessBuilder(words).inheritIO().start().waitFor();
  }

  private void awaitHealth(int code) {
    Await.until(
        "the check says " + code,
        () -> {
          try {
            return health() == code;
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  /** More arguments of the hub than those of the image. */
  static Stream<Map<String, String>> environments() {
    String certificate = TestCertificate.shared().both().toString();
    return Stream.of(
        OPEN,
        Map.of("OUTPOUR_AUTH_ANONYMOUS", "true", "OUTPOUR_HTTP_SERVE", "events,update"),
        Map.of("OUTPOUR_AUTH_ANONYMOUS", "true", "OUTPOUR_HTTP_TLS_CERTIFICATE", certificate));
  }

  @ParameterizedTest
  @MethodSource("environments")
  void imageIsHealthyWhateverItsPortItsTlsAndWhatItServes(Map<String, String> environment)
      throws Exception {
    Map<String, String> all = new HashMap<>(environment);
    if (all.containsKey("OUTPOUR_HTTP_TLS_CERTIFICATE")) {
      Path readable = root.resolve("certificate.pem");
      Files.copy(Path.of(all.get("OUTPOUR_HTTP_TLS_CERTIFICATE")), readable);
      Files.setPosixFilePermissions(readable, PosixFilePermissions.fromString("rw-r--r--"));
      all.put("OUTPOUR_HTTP_TLS_CERTIFICATE", readable.toString());
    }
    assertThat(health()).isEqualTo(1);
    try (HubProcess hub = start(all, here(image("ENTRYPOINT")))) {
      hub.awaitLine("Ready");
      awaitHealth(0);
      hub.hold();
      Files.setLastModifiedTime(
          healthFile(), FileTime.from(Instant.now().minus(Duration.ofMinutes(2))));
      assertThat(health()).as("a hub that does nothing any more").isEqualTo(1);
      hub.goOn();
      awaitHealth(0);
    }
  }

  @Test
  void memoryOutsideTheHeapFitsBesideIt() throws IOException {
    int heap =
        image("ENTRYPOINT").stream()
            .filter(word -> word.startsWith("-XX:MaxRAMPercentage="))
            .map(word -> Integer.parseInt(word.split("=")[1]))
            .findFirst()
            .orElseThrow();
    List<String> options = Files.readAllLines(Path.of("conf/jvm.options"));
    assertThat(options).noneMatch(line -> line.startsWith("-XX:MaxDirectMemorySize"));
    // By default, Java lets it grow as large as the heap.
    assertThat(2 * heap).isLessThanOrEqualTo(80);
  }

  @Test
  void imageServesIsHealthyAndEndsBySignal() throws Exception {
    try (HubProcess hub = start(OPEN, here(image("ENTRYPOINT")))) {
      assertThat(hub.awaitLine("Ready")).startsWith("{");
      awaitHealth(0);
      try (RawHttp publisher = RawHttp.connect(port)) {
        publisher.send("POST /update HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n1");
        assertThat(publisher.answer().status()).isEqualTo(200);
      }
      assertThat(root.resolve("data/outpour.db")).exists();

      assertThat(hub.terminate().awaitExit()).isZero();
      assertThat(health()).isEqualTo(1);
    }
  }

  @Test
  void imageDoesNotStartForStrangersUnlessToldTo() throws Exception {
    try (HubProcess hub = start(Map.of(), here(image("ENTRYPOINT")))) {
      assertThat(hub.awaitExit()).isEqualTo(2);
      assertThat(hub.output()).last().asString().contains("no keys are configured");
    }
  }

  @Test
  void serviceServesAndEndsBySignal() throws Exception {
    String command =
        Files.readAllLines(Path.of("packaging/systemd/outpour.service")).stream()
            .filter(line -> line.startsWith("ExecStart="))
            .map(line -> line.substring("ExecStart=".length()))
            .findFirst()
            .orElseThrow();
    try (HubProcess hub = start(Map.of(), here(List.of(command.split(" "))))) {
      hub.awaitLine("Ready");
      assertThat(hub.terminate().awaitExit()).isZero();
    }
  }
}
