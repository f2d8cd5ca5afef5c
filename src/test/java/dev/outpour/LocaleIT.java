package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hub works the same in every locale: its pages, its responses, its log and its messages. */
class LocaleIT {

  private static final String CONFIGURATION =
      """
      {"http": {"port": 0, "accessLog": true}, "ingest": {}, "history": {"path": "%s"}}""";

  /** A dotless i, for a language that has one, and digits that must not appear. */
  private static final String TOPIC = "\u0130\u0131Ii-title";

  private static final String ELSEWHERE = "d\u00e4t\u00e4/\u65e5\u672c.db";

  @TempDir private static Path root;
  private static final Map<Chosen, HubProcess> hubs = new EnumMap<>(Chosen.class);
  private static final Map<Chosen, Integer> ports = new EnumMap<>(Chosen.class);

  @TempDir private Path directory;

  /** A locale, by the environment if every machine has it, otherwise by properties of Java. */
  enum Chosen {
    C(Map.of("LC_ALL", "C"), List.of()),
    UTF8(Map.of("LC_ALL", "C.UTF-8"), List.of()),
    TURKISH(Map.of("LC_ALL", "C.UTF-8"), List.of("-Duser.language=tr", "-Duser.country=TR")),
    ARABIC(
        Map.of("LC_ALL", "C.UTF-8"),
        List.of("-Duser.language=ar", "-Duser.country=EG", "-Duser.extensions=u-nu-arab"));

    private final Map<String, String> environment;
    private final List<String> properties;

    Chosen(Map<String, String> environment, List<String> properties) {
      this.environment = environment;
      this.properties = properties;
    }

    HubProcess start(Path directory, String... args) throws Exception {
      return HubProcess.start(directory, environment, properties, args);
    }
  }

  /** Starts a hub for each locale, all at the same time. */
  @BeforeAll
  static void startHubs() throws Exception {
    for (Chosen locale : Chosen.values()) {
      Path home = Files.createDirectory(root.resolve(locale.name()));
      Path pages = Files.createDirectory(home.resolve("webroot"));
      Files.writeString(pages.resolve("index.html"), "<p>Gr\u00fc\u00dfe</p>");
      Files.writeString(pages.resolve("a.txt"), "Gr\u00fc\u00dfe");
      hubs.put(locale, locale.start(home, "-conf", CONFIGURATION.formatted("log.db")));
    }
    for (Map.Entry<Chosen, HubProcess> each : hubs.entrySet()) {
      ports.put(each.getKey(), each.getValue().awaitPort());
    }
  }

  @AfterAll
  static void stopHubs() {
    hubs.values().forEach(HubProcess::close);
  }

  private static RawHttp.Answer get(int port, String path) {
    try (RawHttp client = RawHttp.connect(port)) {
      return client
          .send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
          .answer();
    }
  }

  @ParameterizedTest
  @EnumSource
  void textFilesAreServedAsUtf8(Chosen locale) {
    int port = ports.get(locale);
    for (String page : List.of("/", "/a.txt", "/console.html", "/page.js", "/outpour.js")) {
      assertThat(get(port, page).header("Content-Type"))
          .as(page)
          .startsWith("text/")
          .endsWith(";charset=utf-8");
    }
    assertThat(get(port, "/").body()).contains("Gr\u00fc\u00dfe");
  }

  @ParameterizedTest
  @EnumSource
  void answersAndLogHaveTheirLettersAndDigits(Chosen locale) throws Exception {
    HubProcess hub = hubs.get(locale);
    int port = ports.get(locale);
    assertThat(hub.lastLine()).matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z INFO .*");
    byte[] data = ("\"" + TOPIC + "\"").getBytes(StandardCharsets.UTF_8);
    try (RawHttp publisher = RawHttp.connect(port)) {
      publisher.send(
          "POST /update?topic=%C4%B0%C4%B1Ii-title HTTP/1.1\r\nHOST: localhost\r\n"
              + "CONTENT-TYPE: APPLICATION/JSON\r\nCONTENT-LENGTH: "
              + data.length
              + "\r\n\r\n");
      RawHttp.Answer answer = publisher.send(data).answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).matches("(?s)\\{\"id\":\"[0-9A-Za-z]+-1\".*");
    }
    try (RawHttp reader = RawHttp.connect(port)) {
      reader.send(
          "GET /events?topic=%C4%B0%C4%B1Ii-title&lastEventId=earliest HTTP/1.1\r\n"
              + "Host: localhost\r\n\r\n");
      assertThat(reader.readUntil("-title")).contains("200 OK");
    }
    assertThat(get(port, "/health").status()).isEqualTo(200);
    assertThat(get(port, "/openapi.json").header("Content-Type")).isEqualTo("application/json");
    assertThat(get(port, "/metrics").body().lines())
        .filteredOn(line -> !line.startsWith("#"))
        .allMatch(line -> line.matches("[\\x20-\\x7e]+ [-+0-9.EIafnN]+"));
    assertThat(hub.awaitLine("POST /update")).matches("[\\x20-\\x7e]+");
  }

  @ParameterizedTest
  @EnumSource
  void whatItSaysHasItsLetters(Chosen locale) throws Exception {
    String host = "\u0131b\u00fccher.invalid";
    String strange =
        "{\"http\": {\"port\": 0, \"host\": \""
            + host
            + "\"}, \"ingest\": {}, \"auth\": {\"anonymous\": true}}";
    try (HubProcess hub = locale.start(directory, "-conf", strange)) {
      assertThat(hub.awaitExit()).isEqualTo(15);
      assertThat(hub.output())
          .anyMatch(
              line -> line.endsWith(host + " is not an address of this machine: set http.host"));
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "C")
  void logLiesWhereItsPathSays(Chosen locale) throws Exception {
    try (HubProcess hub = locale.start(directory, "-conf", CONFIGURATION.formatted(ELSEWHERE))) {
      hub.awaitPort();
    }
    assertThat(directory.resolve(ELSEWHERE)).isNotEmptyFile();
  }

  @Test
  void pathThatTheLocaleDoesNotKnowIsOneLineThatNamesIt() throws Exception {
    try (HubProcess hub = Chosen.C.start(directory, "-conf", CONFIGURATION.formatted(ELSEWHERE))) {
      assertThat(hub.awaitExit()).isEqualTo(2);
      assertThat(hub.output())
          .containsExactly(
              "history.path: must be in ASCII where the locale is not one of UTF-8: start the hub"
                  + " with LC_ALL=C.UTF-8, or use only ASCII letters, but is \""
                  + ELSEWHERE
                  + "\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"OUTPOUR_HISTORY_PATH", "OUTPOUR_HTTP_TLS_CERTIFICATE"})
  void pathOfTheEnvironmentIsToo(String variable) throws Exception {
    // Java inherits the variables of this process.
    List<String> wrapper = List.of("env", "LC_ALL=C", variable + "=" + ELSEWHERE);
    try (HubProcess hub =
        HubProcess.startUnder(
            wrapper, directory, Map.of(), List.of(), "-conf", CONFIGURATION.formatted("log.db"))) {
      assertThat(hub.awaitExit()).isEqualTo(2);
      assertThat(hub.output()).singleElement().asString().contains("LC_ALL=C.UTF-8");
    }
  }

  @Test
  void configurationThatTheLocaleCannotNameIsOneLineThatNamesIt() throws Exception {
    Files.writeString(directory.resolve("g\u00fc.json"), "{}");
    try (HubProcess hub = Chosen.C.start(directory, "-conf", "g\u00fc.json")) {
      assertThat(hub.awaitExit()).isEqualTo(2);
      assertThat(hub.output()).singleElement().asString().startsWith("-conf g\u00fc.json: must be");
    }
  }
}
