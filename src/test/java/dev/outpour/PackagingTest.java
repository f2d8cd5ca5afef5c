package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outpour.http.HttpSettings.Service;
import dev.outpour.settings.Settings;
import dev.outpour.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that the files for installation fit the hub. */
class PackagingTest {

  private static final Map<String, String> SECRET =
      Map.of("OUTPOUR_AUTH_HMAC_SECRET", "correct-horse-battery-staple-123");

  static List<Path> configurations() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("conf"))) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static Configuration read(Path file, Map<String, String> environment) {
    return Configuration.ofAll(
        new Settings(
            ConfigurationFile.read(Optional.of(file.toString())).content(), environment, Map.of()));
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void whoReadsThroughAProxyBeforeAContainerCountsForItself(Path file) {
    Configuration shipped = read(file, SECRET);
    boolean forReaders =
        shipped.http().stream()
            .anyMatch(http -> !http.loopback() && http.serve().contains(Service.EVENTS));
    assertThat(shipped.limits().proxies().isEmpty()).isEqualTo(!forReaders);
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void shippedConfigurationHasNoFault(Path file) {
    assertThat(read(file, SECRET)).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void nothingThatOthersCanReachStartsWithoutKeys(Path file) {
    SettingsException refused =
        catchThrowableOfType(SettingsException.class, () -> read(file, Map.of()));
    boolean forOthers =
        file.getFileName().toString().startsWith("docker")
            || file.getFileName().toString().startsWith("kubernetes");
    if (forOthers) {
      assertThat(refused.faults()).singleElement().asString().contains("no keys are configured");
    } else {
      assertThat(refused).isNull();
    }
  }

  @Test
  void imageIsMadeOfFilesThatThereAre() throws IOException {
    Dockerfile dockerfile = Dockerfile.read();
    List<String> copied =
        dockerfile.all("COPY").stream()
            .map(copy -> copy.split("\\s+"))
            .flatMap(words -> Stream.of(words).limit(words.length - 1L))
            .toList();
    assertThat(copied).contains("target/outpour.jar", "conf", "LICENSE");
    assertThat(copied)
        .filteredOn(file -> !file.startsWith("target/"))
        .allSatisfy(file -> assertThat(Path.of(file)).exists());
    assertThat(Files.readAllLines(Path.of(".dockerignore")))
        .containsAll(copied.stream().map(file -> "!" + file).toList())
        .first()
        .isEqualTo("*");
    assertThat(dockerfile.one("USER")).matches("[1-9]\\d*:[1-9]\\d*");
    assertThat(dockerfile.one("FROM")).contains("-jre");
    assertThat(dockerfile.one("VOLUME")).isEqualTo("/data");
    assertThat(read(Path.of("conf/docker.json"), SECRET).http().orElseThrow().port())
        .isEqualTo(Integer.parseInt(dockerfile.one("EXPOSE")));
  }

  @Test
  void checkOfTheImageReadsTheFileThatTheHubWritesThere() throws IOException {
    Dockerfile dockerfile = Dockerfile.read();
    assertThat(dockerfile.all("ENV")).first().isEqualTo("LC_ALL=C.UTF-8");
    String[] variable = dockerfile.all("ENV").get(1).split("=", 2);
    assertThat(variable[0]).isEqualTo("OUTPOUR_HTTP_HEALTH_FILE");
    assertThat(String.join(" ", dockerfile.command("HEALTHCHECK"))).contains("find " + variable[1]);
    Settings settings =
        new Settings(
            ConfigurationFile.read(Optional.of("conf/docker.json")).content(),
            Map.of(variable[0], variable[1], "OUTPOUR_AUTH_ANONYMOUS", "true"),
            Map.of());
    assertThat(Configuration.ofAll(settings).http().orElseThrow().healthFile())
        .isEqualTo(variable[1]);
    assertThat(settings.unknownVariables()).isEmpty();
  }

  @Test
  void serviceIsUnderstoodBySystemdAndExposesLittle(@TempDir Path directory) throws Exception {
    Path analyze = Installed.need("systemd-analyze", "systemd");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path unit = directory.resolve("outpour.service");
    Files.writeString(
        unit,
        Files.readString(Path.of("packaging/systemd/outpour.service"))
            .replace("/usr/bin/java", java.toString()));
    assertThat(run(analyze.toString(), "verify", "--man=no", unit.toString())).isEmpty();
    String security =
        run(
            analyze.toString(),
            "security",
            "--offline=true",
            "--no-pager",
            "--threshold=20",
            unit.toString());
    assertThat(security).contains("OK");
  }

  @Test
  void serviceIsGivenTheTimeThatADrainTakes() throws IOException {
    String unit = Files.readString(Path.of("packaging/systemd/outpour.service"));
    int drain = read(Path.of("conf/systemd.json"), Map.of()).http().orElseThrow().drainSeconds();
    assertThat(Integer.parseInt(value(unit, "TimeoutStopSec"))).isGreaterThan(drain + 12 + 5);
    assertThat(value(unit, "RestartPreventExitStatus")).isEqualTo("2");
  }

  @Test
  void serviceThatFailsEachTimeIsLeftAloneHoweverLongItTakesToFail() throws IOException {
    String unit = Files.readString(Path.of("packaging/systemd/outpour.service"));
    int starts = Integer.parseInt(value(unit, "StartLimitBurst"));
    int between = Integer.parseInt(value(unit, "RestartSec"));
    int failing = 20;
    assertThat(Integer.parseInt(value(unit, "StartLimitIntervalSec")))
        .isGreaterThan(starts * (between + failing));
  }

  private static String value(String unit, String key) {
    return unit.lines()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1))
        .findFirst()
        .orElseThrow();
  }

  /** The output of a program that succeeds. */
  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
