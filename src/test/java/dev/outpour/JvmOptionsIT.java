package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped options of the JVM: each has an effect, and the hub starts with them. */
class JvmOptionsIT {

  private static final Path FILE = Path.of("conf", "jvm.options").toAbsolutePath();
  private static final Path OWN = Path.of(System.getProperty("java.home"));
  private static final Path OTHERS = Path.of("/usr/lib/jvm");
  private static final String LENIENT = "-XX:+IgnoreUnrecognizedVMOptions";

  /** The first JDK that supports all of them. */
  private static final int NEWEST_NEEDED = 25;

  @TempDir private Path directory;

  private static List<String> options() throws IOException {
    return Files.readAllLines(FILE).stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .toList();
  }

  private static Stream<String> strictOptions() throws IOException {
    return options().stream().filter(option -> !option.equals(LENIENT));
  }

  /** The JDK of the tests, and others installed by Debian. */
  private static List<Path> jdks() throws IOException {
    List<Path> jdks = new ArrayList<>(List.of(OWN));
    if (Files.isDirectory(OTHERS)) {
      try (Stream<Path> found = Files.list(OTHERS)) {
        found.filter(jdk -> Files.isExecutable(jdk.resolve("bin/java"))).forEach(jdks::add);
      }
    }
    return jdks;
  }

  /** Whether a JDK knows an option, even if it needs another one. */
  private static boolean knows(Path jdk, String option) throws Exception {
    Process process =
        new ProcessBuilder(jdk.resolve("bin/java").toString(), option, "-version")
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return !output.contains("Unrecognized");
  }

  private static boolean isNewest(Path jdk) throws Exception {
    String release = Files.readString(jdk.resolve("release"));
    return Stream.of(release.split("\n"))
        .filter(line -> line.startsWith("JAVA_VERSION="))
        .anyMatch(line -> Runtime.Version.parse(line.split("\"")[1]).feature() >= NEWEST_NEEDED);
  }

  @Test
  void unknownOnesArePassedOverFromTheFirstLineOn() throws IOException {
    assertThat(options().get(0)).isEqualTo(LENIENT);
  }

  @ParameterizedTest
  @MethodSource("strictOptions")
  void eachIsKnownToAJdk(String option) throws Exception {
    boolean newest = false;
    for (Path jdk : jdks()) {
      if (knows(jdk, option)) {
        return;
      }
      newest |= isNewest(jdk);
    }
    assumeTrue(newest, "There is no JDK " + NEWEST_NEEDED + " here to ask about " + option);
    throw new AssertionError("No JDK knows " + option);
  }

  @Test
  void hubStartsWithThem() throws Exception {
    try (HubProcess hub =
        HubProcess.start(
            directory,
            Map.of(),
            List.of("@" + FILE),
            "-conf",
            "{\"http\":{\"port\":0},\"ingest\":{}}")) {
      assertThat(hub.awaitPort()).isPositive();
    }
  }
}
