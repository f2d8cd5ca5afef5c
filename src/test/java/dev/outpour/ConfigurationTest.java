package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outpour.Configuration.Part;
import dev.outpour.Configuration.Reach;
import dev.outpour.settings.SettingKey;
import dev.outpour.settings.Settings;
import dev.outpour.settings.SettingsException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
  private static final String ALL = "{\"http\": {}, \"ingest\": {}, \"simulator\": {}}";

  /** A valid value for every key, in the form of a variable, different from the default. */
  private static final Map<String, String> OTHER_VALUES =
      Map.ofEntries(
          Map.entry("http.host", "127.0.0.1"),
          Map.entry("http.port", "8080"),
          Map.entry("http.serve", "events,health"),
          Map.entry("http.stallSeconds", "60"),
          Map.entry("http.drainSeconds", "5"),
          Map.entry("http.hosts", "hub.example"),
          Map.entry("http.origins", "https://shop.example,http://localhost:8000"),
          Map.entry("http.maxUpdateKilobytes", "64"),
          Map.entry("http.pageCacheMegabytes", "128"),
          Map.entry("http.directWrites", "false"),
          Map.entry("http.tlsCertificate", TestCertificate.shared().both().toString()),
          Map.entry("http.tlsKey", TestCertificate.shared().key().toString()),
          Map.entry("http.hstsSeconds", "0"),
          Map.entry("http.clearTextHttp2", "true"),
          Map.entry("ingest.topic", "news/today"),
          Map.entry("ingest.maxUpdateKilobytes", "64"),
          Map.entry("ingest.intakeMegabytes", "8"),
          Map.entry("history.store", "memory"),
          Map.entry("history.path", "elsewhere.db"),
          Map.entry("history.keepUpdates", "10"),
          Map.entry("history.keepHours", "1"),
          Map.entry("history.keepMegabytes", "2"),
          Map.entry("history.keepKeys", "1000"),
          Map.entry("history.directoryTopics", "1000"),
          Map.entry("simulator.url", "https://hub.example/update?topic=news"),
          Map.entry("simulator.everyMillis", "1000"),
          Map.entry("simulator.message", "tick"),
          Map.entry("simulator.token", "till-secret"),
          Map.entry("auth.anonymous", "true"),
          Map.entry("http.accessLog", "true"),
          Map.entry("http.presence", "true"),
          Map.entry("limits.heapPercent", "70"),
          Map.entry("limits.directPercent", "60"),
          Map.entry("limits.memoryExitSeconds", "300"),
          Map.entry("limits.streamsPerIdentity", "60"),
          Map.entry("limits.topicsPerRead", "7"),
          Map.entry("limits.patternsPerRead", "8"),
          Map.entry("limits.segmentsPerTopic", "16"),
          Map.entry("limits.lineKilobytes", "4"),
          Map.entry("limits.headerKilobytes", "12"),
          Map.entry("limits.connections", "500"),
          Map.entry("limits.connectionsPerAddress", "50"),
          Map.entry("limits.streamsPerAddress", "40"),
          Map.entry("limits.publishesPerSecond", "5"),
          Map.entry("limits.headSeconds", "5"),
          Map.entry("limits.bodySeconds", "6"),
          Map.entry("limits.idleSeconds", "30"),
          Map.entry("limits.proxies", "10.0.0.0/8,2001:db8::1"),
          Map.entry("limits.loopback", "true"),
          Map.entry("auth.keys", "src/test/resources/auth/public.pem"),
          Map.entry("auth.hmacSecret", "correct-horse-battery-staple-123"),
          Map.entry("auth.jwksUrl", "https://login.example/keys"),
          Map.entry(
              "auth.apiKeys",
              "[{\"name\":\"till\",\"sha256\":\"" + "0a".repeat(32) + "\",\"publish\":[\"**\"]}]"),
          Map.entry("auth.requireExpiry", "false"),
          Map.entry("auth.issuer", "https://login.example"),
          Map.entry("auth.audience", "outpour"),
          Map.entry("auth.cookie", "session"),
          Map.entry("auth.graceSeconds", "60"),
          Map.entry("auth.revokedFile", "src/test/resources/auth/revoked"),
          Map.entry("http.healthFile", "target/health"),
          Map.entry("cluster.name", "blue"),
          Map.entry("cluster.host", "127.0.0.2"),
          Map.entry("cluster.port", "6701"),
          Map.entry("cluster.members", "127.0.0.2:6701"),
          Map.entry("cluster.trustedNetwork", "true"),
          Map.entry("cluster.silenceSeconds", "20"),
          Map.entry("cluster.mergeSeconds", "9"),
          Map.entry("logging.level", "debug"),
          Map.entry("logging.format", "json"));

  /** Keys that must be set together, with files created for the test. */
  private static final Map<String, String> TOGETHER =
      Map.of(
          "cluster.tlsCertificate", "edge.pem",
          "cluster.tlsKey", "edge.key",
          "cluster.tlsTrust", "ca.pem");

  @TempDir private static Path directory;

  static List<SettingKey> keys() {
    Settings settings = file(ALL);
    Configuration.ofAll(settings);
    return settings.keys();
  }

  static Stream<SettingKey> keysWithAnotherValue() {
    return keys().stream().filter(key -> !TOGETHER.containsKey(key.path()));
  }

  private static Settings file(String json) {
    return Settings.of(new JsonObject(json));
  }

  private static JsonObject conf(String name) throws IOException {
    return new JsonObject(Files.readString(Path.of("conf", name)));
  }

  private static Configuration all(
      JsonObject file, Map<String, String> environment, Map<String, String> properties) {
    return Configuration.ofAll(new Settings(file, environment, properties));
  }

  private static List<String> faults(String json) {
    return catchThrowableOfType(SettingsException.class, () -> Configuration.ofAll(file(json)))
        .faults();
  }

  @Test
  void whatTheShippedFileSaysAreTheDefaults() throws IOException {
    assertThat(all(conf("config.json"), Map.of(), Map.of()))
        .isEqualTo(Configuration.ofAll(file(ALL)));
  }

  @ParameterizedTest
  @MethodSource("keysWithAnotherValue")
  void everyKeyCanBeSetInTheFileTheEnvironmentAndAProperty(SettingKey key) {
    String value = OTHER_VALUES.get(key.path());
    assertThat(value).as("another value for %s", key.path()).isNotNull();
    Configuration defaults = Configuration.ofAll(file(ALL));

    Configuration byFile = all(withKey(key, json(key, value)), Map.of(), Map.of());
    Configuration byEnvironment =
        all(withWhatItNeeds(key), Map.of(key.environmentVariable(), value), Map.of());
    Configuration byProperty = all(withWhatItNeeds(key), Map.of(), Map.of(key.property(), value));

    assertThat(byFile).isNotEqualTo(defaults).isEqualTo(byEnvironment).isEqualTo(byProperty);
  }

  @Test
  void keysThatGoTogetherCanBeSetInTheFileTheEnvironmentAndProperties() throws Exception {
    assumeTrue(TestCertificates.canBeMade(), "openssl is needed on the PATH");
    TestCertificates certificates = TestCertificates.in(directory);
    JsonObject file = new JsonObject(ALL).put("cluster", certificates.of("edge"));
    Map<String, String> environment = new HashMap<>();
    Map<String, String> properties = new HashMap<>();
    for (SettingKey key : keys()) {
      if (TOGETHER.containsKey(key.path())) {
        String value = certificates.file(TOGETHER.get(key.path()));
        environment.put(key.environmentVariable(), value);
        properties.put(key.property(), value);
      }
    }

    assertThat(environment).hasSameSizeAs(TOGETHER);
    assertThat(all(file, Map.of(), Map.of()))
        .isNotEqualTo(Configuration.ofAll(file(ALL)))
        .isEqualTo(all(new JsonObject(ALL), environment, Map.of()))
        .isEqualTo(all(new JsonObject(ALL), Map.of(), properties));
  }

  /** A single key of TLS is a fault. */
  private static JsonObject withWhatItNeeds(SettingKey key) {
    JsonObject file = new JsonObject(ALL);
    if (key.path().equals("http.tlsKey")) {
      String certificate = TestCertificate.shared().certificate().toString();
      file.getJsonObject("http").put("tlsCertificate", certificate);
    }
    return file;
  }

  private static JsonObject withKey(SettingKey key, Object value) {
    String[] path = key.path().split("\\.", 2);
    JsonObject file = withWhatItNeeds(key);
    JsonObject section = file.getJsonObject(path[0], new JsonObject()).put(path[1], value);
    return file.put(path[0], section);
  }

  private static Object json(SettingKey key, String text) {
    if (key.defaultValue() instanceof Integer) {
      return Integer.valueOf(text);
    }
    if (key.defaultValue() instanceof Boolean) {
      return Boolean.valueOf(text);
    }
    if (text.startsWith("[")) {
      return new JsonArray(text);
    }
    return key.defaultValue() instanceof JsonArray ? new JsonArray(List.of(text.split(","))) : text;
  }

  @Test
  void whatAVerticleIsHandedReadsTheSameAgain() {
    Settings settings =
        new Settings(new JsonObject(ALL), Map.of("OUTPOUR_HTTP_PORT", "8080"), Map.of());
    Configuration configuration = Configuration.ofAll(settings);

    assertThat(Configuration.ofAll(Settings.of(settings.effective()))).isEqualTo(configuration);
    assertThat(configuration.http().orElseThrow().port()).isEqualTo(8080);
  }

  @Test
  void anAbsentSectionBringsUpNothingWhateverIsSetOutside() {
    Configuration configuration =
        all(
            new JsonObject("{\"ingest\": {}}"),
            Map.of("OUTPOUR_HTTP_PORT", "8080"),
            Map.of("outpour.simulator.everyMillis", "10"));

    assertThat(configuration.http()).isEmpty();
    assertThat(configuration.simulator()).isEmpty();
    assertThat(configuration.ingest()).isPresent();
  }

  @Test
  void aVerticleByNameNeedsNoSectionAndIgnoresThoseOfOthers() {
    Settings settings = file("{\"ingest\": {\"nonsense\": 1}, \"simulator\": {}, \"history\": {}}");

    Configuration configuration =
        Configuration.ofOne(settings, Optional.of(Part.HTTP), Reach.OTHERS);

    assertThat(configuration.http()).isPresent();
    assertThat(configuration.ingest()).isEmpty();
    assertThat(settings.ignoredSections()).containsExactlyInAnyOrder("ingest", "simulator");
    assertThat(settings.effective().fieldNames()).doesNotContain("ingest", "simulator");
  }

  @Test
  void aVerticleOfSomeoneElseRunsWithTheParts() {
    Configuration configuration =
        Configuration.ofOne(file("{\"http\": {}}"), Optional.empty(), Reach.ALONE);

    assertThat(configuration.http()).isEmpty();
  }

  @Test
  void nothingToStartIsAFault() {
    assertThat(faults("{\"history\": {}}"))
        .containsExactly("nothing to start: add a section \"http\", \"ingest\" or \"simulator\"");
  }

  @Test
  void listenerThatNoLogIsInReachOfIsAFault() {
    String fault =
        "http: there is no log for it to serve: add a section \"ingest\" and start all sections, or"
            + " start with -cluster where another process has the log";
    for (String http : List.of("{}", "{\"serve\": [\"update\"]}", "{\"serve\": [\"topics\"]}")) {
      Settings settings = file("{\"http\": " + http + "}");

      assertThat(alone(() -> Configuration.ofAll(settings, Reach.ALONE))).containsExactly(fault);
    }
    Settings both = file("{\"http\": {}, \"ingest\": {}}");
    assertThat(alone(() -> Configuration.ofOne(both, Optional.of(Part.HTTP), Reach.ALONE)))
        .containsExactly(fault);
  }

  private static List<String> alone(ThrowingCallable read) {
    return catchThrowableOfType(SettingsException.class, read).faults();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"http\": {}, \"ingest\": {}}",
        "{\"http\": {\"serve\": [\"page\", \"health\", \"metrics\", \"openapi\"]}}",
        "{\"simulator\": {}}"
      })
  void whatNeedsNoLogElsewhereMayStandAlone(String json) {
    assertThat(Configuration.ofAll(file(json), Reach.ALONE)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.168.1.5", "hub.example"})
  void listeningForOthersWithoutKeysHasToBeMeant(String host) {
    String http = "{\"http\": {\"host\": \"" + host + "\"}";

    assertThat(faults(http + "}"))
        .singleElement()
        .asString()
        .startsWith("http.host: " + host)
        .contains("add \"auth\": {\"anonymous\": true}");
    Configuration.ofAll(file(http + ", \"auth\": {\"anonymous\": true}}"));
  }

  @Test
  void http2WithoutTlsIsForTheLoopback() {
    assertThat(
            faults(
                "{\"http\": {\"host\": \"0.0.0.0\", \"clearTextHttp2\": true},"
                    + " \"auth\": {\"anonymous\": true}}"))
        .singleElement()
        .asString()
        .startsWith("http.clearTextHttp2: must be false, since other machines can connect");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"hmacSecret\": \"correct-horse-battery-staple-123\"}",
        "{\"keys\": [\"src/test/resources/auth/public.pem\"]}",
        "{\"jwksUrl\": \"https://login.example/keys\"}",
        "{\"anonymous\": {\"subscribe\": [\"news/**\"]}}"
      })
  void whoeverHasKeysMayListenForOthers(String auth) {
    Configuration.ofAll(file("{\"http\": {\"host\": \"0.0.0.0\"}, \"auth\": " + auth + "}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'hmacSecret': 'thirty-one-bytes-are-not-enough'} | auth.hmacSecret: must have at least 32",
        "{'anonymous': {'operate': true}}                  | auth.anonymous: must be true, false or",
        "{'anonymous': {'publish': ['a*']}}                | auth.anonymous: must have topics",
        "{'anonymous': 'yes'}                              | auth.anonymous: must be true, false or",
        "{'jwksUrl': 'http://login.example/keys'}          | auth.jwksUrl: must be an address",
        "{'jwksUrl': 'https://me:pass@login.example/'}     | auth.jwksUrl: must be an address",
        "{'jwksUrl': 'file:///etc/passwd'}                 | auth.jwksUrl: must be an address",
        "{'cookie': 'a b'}                                 | auth.cookie: must be a valid name",
        "{'issuer': 1}                                     | auth.issuer: must be a text",
        "{'graceSeconds': -1}                              | auth.graceSeconds: must be a whole",
        "{'apiKeys': {}}                                   | auth.apiKeys: must be a list",
        "{'apiKeys': [{'name': 'a', 'sha256': 'ab'}]}      | auth.apiKeys: must each have a",
        "{'apiKeys': [{'name': 'a', 'secret': 'ab'}]}      | auth.apiKeys: must be objects with",
        "{'apiKeys': [{'name': 'a\u2003', 'sha256': 'ab'}]} | auth.apiKeys: must each have a \"name\"",
        "{'apiKeys': [{'name': 'a\\u0001', 'sha256': 'ab'}]} | auth.apiKeys: must each have a \"name\"",
        "{'keys': ['nowhere.pem']}                         | auth.keys: nowhere.pem does not exist: check the path",
        "{'keys': ['README.md']}                           | auth.keys: README.md is not a JSON",
        "{'keys': ['conf/config.json']}                    | auth.keys: conf/config.json must be a JWK",
        "{'revokedFile': 'nowhere'}                        | auth.revokedFile: nowhere does not exist: check the path",
        "{'key': []}                                       | auth.key: unknown key"
      })
  void rightsThatCannotBeMeantAreAFault(String auth, String fault) {
    assertThat(faults("{\"http\": {}, \"auth\": " + auth.replace('\'', '"') + "}"))
        .singleElement()
        .asString()
        .startsWith(fault);
  }

  @Test
  void secretIsNeverShown() {
    String http = "{\"http\": {}, \"auth\": {\"hmacSecret\": ";
    assertThat(faults(http + "\"too-short\"}}").toString()).doesNotContain("too-short");
    assertThat(faults(http + "123456}}").toString()).doesNotContain("123456");
    Settings settings = file(http + "\"correct-horse-battery-staple-123\"}}");
    Configuration.ofAll(settings);
    assertThat(settings.toString()).contains("***").doesNotContain("horse");
  }

  @Test
  void aClusterOnAnOpenNetworkHasToBeMeant() {
    assertThat(faults("{\"ingest\": {}, \"cluster\": {\"host\": \"10.0.0.5\"}}"))
        .singleElement()
        .asString()
        .startsWith("cluster.host: 10.0.0.5")
        .contains("cluster.trustedNetwork");
  }

  @Test
  void theLargestUpdateHasToFit() {
    assertThat(
            faults(
                """
                {"ingest": {"maxUpdateKilobytes": 2049, "intakeMegabytes": 2},
                 "history": {"keepMegabytes": 2}}
                """))
        .containsExactly(
            "ingest.intakeMegabytes: must hold the largest update: at least 3",
            "history.keepMegabytes: must hold the largest update (ingest.maxUpdateKilobytes)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "https://*.example",
        "https://*",
        "https://a.*.shop.example",
        "https://*.*.shop.example",
        "https://*shop.example",
        "https://*.shop.example/",
        "*.shop.example",
        "ftp://a.example",
        "https://a.example/",
        "a.example",
        "https://a.example/x",
        "https://user@a.example",
        "https://"
      })
  void whatIsNoOriginIsAFault(String origin) {
    assertThat(faults("{\"http\": {\"origins\": [\"" + origin + "\"]}}"))
        .singleElement()
        .asString()
        .startsWith("http.origins: must be origins such as https://shop.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"http\": {\"serve\": []}}",
        "{\"http\": {\"hosts\": [\"http://a.example\"]}}",
        "{\"ingest\": {\"topic\": \"orders/*\"}}",
        "{\"simulator\": {\"url\": \"localhost:3000/update\"}}",
        "{\"simulator\": {\"url\": \"http:///update\"}}",
        "{\"ingest\": {}, \"cluster\": {\"members\": [\"10.0.0.1\"]}}",
        "{\"http\": {}, \"limits\": {\"proxies\": [\"proxy.example\"]}}",
        "{\"http\": {}, \"limits\": {\"proxies\": [\"10.0.0.0/33\"]}}",
        "{\"http\": {}, \"limits\": {\"proxies\": [\"10.0.0.0/-1\"]}}",
        "{\"http\": {}, \"limits\": {\"proxies\": [\"10.0.0.0/\"]}}"
      })
  void whatCouldNotWorkIsAFault(String json) {
    assertThat(faults(json)).hasSize(1);
  }

  @Test
  void theClockIsMadeOfNothingButTheSimulatorsSettings() throws IOException {
    JsonObject clock = conf("clock.json");
    Configuration configuration = Configuration.ofAll(Settings.of(clock));

    assertThat(configuration.simulator().orElseThrow().everyMillis()).isEqualTo(1000);
    assertThat(without(clock, "simulator")).isEqualTo(without(conf("config.json"), "simulator"));
  }

  @Test
  void productionIsTheDefaultWithoutTheSimulator() throws IOException {
    assertThat(conf("production.json")).isEqualTo(without(conf("config.json"), "simulator"));
  }

  @Test
  void theFilesForOneVerticleServeThatOneInACluster() throws IOException {
    Map<String, Part> files =
        Map.of(
            "edge.json", Part.HTTP, "ingest.json", Part.INGEST, "simulator.json", Part.SIMULATOR);
    for (Map.Entry<String, Part> entry : files.entrySet()) {
      Settings settings = Settings.of(conf(entry.getKey()));

      Configuration configuration =
          Configuration.ofOne(settings, Optional.of(entry.getValue()), Reach.OTHERS);

      assertThat(settings.has(entry.getValue().section())).isTrue();
      assertThat(settings.ignoredSections()).isEmpty();
      assertThat(configuration.cluster()).isEqualTo(Configuration.ofAll(file(ALL)).cluster());
    }
  }

  private static JsonObject without(JsonObject json, String key) {
    JsonObject copy = json.copy();
    copy.remove(key);
    return copy;
  }
}
