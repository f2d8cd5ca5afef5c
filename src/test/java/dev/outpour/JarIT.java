package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The released jar: one file with everything that it needs. */
class JarIT {
  private static final Path JAR = Path.of(System.getProperty("outpour.jar"));
  private static final long MOST_BYTES = 45L << 20;

  @TempDir private Path directory;

  @Test
  void isSmallEnoughToCopyAround() throws IOException {
    assertThat(Files.size(JAR)).isLessThan(MOST_BYTES);
  }

  @Test
  void bringsTheNativeTransportForBothProcessors() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      for (String processor : List.of("x86_64", "aarch_64")) {
        String name = "META-INF/native/libnetty_transport_native_epoll_" + processor + ".so";
        assertThat(jar.getEntry(name)).as(name).isNotNull();
      }
    }
  }

  @Test
  void bringsThePagesTheConfigurationAndTheLicence() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile());
        Stream<Path> pages = Files.walk(Path.of("webroot"))) {
      for (Path page : pages.filter(Files::isRegularFile).toList()) {
        assertHolds(jar, page.toString().replace('\\', '/'), page);
      }
      assertHolds(jar, "conf/config.json", Path.of("conf/config.json"));
      assertHolds(jar, "META-INF/LICENSE", Path.of("LICENSE"));
    }
  }

  private static void assertHolds(JarFile jar, String name, Path file) throws IOException {
    assertThat(jar.getEntry(name)).as(name).isNotNull();
    try (InputStream content = jar.getInputStream(jar.getEntry(name))) {
      assertThat(text(content)).as(name).isEqualTo(Files.readString(file));
    }
  }

  @Test
  void saysWhatItIsAndHowItStarts() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      Attributes manifest = jar.getManifest().getMainAttributes();

      assertThat(manifest.getValue("Main-Class")).isEqualTo(Main.class.getName());
      assertThat(manifest.getValue("Main-Verticle")).isEqualTo(MainVerticle.class.getName());
      assertThat(manifest.getValue("Multi-Release")).isEqualTo("true");
      assertThat(manifest.getValue("Enable-Native-Access")).isEqualTo("ALL-UNNAMED");
      assertThat(manifest.getValue("Implementation-Title")).isEqualTo("Outpour");
      assertThat(manifest.getValue("Implementation-Version")).matches("\\d+\\.\\d+\\.\\d+.*");
    }
  }

  @Test
  void holdsNothingOfTheBuildThatWouldDifferNextTime() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.getManifest().getMainAttributes().keySet())
          .extracting(Object::toString)
          .doesNotContain("Built-By", "Build-Jdk", "Build-Time");
      try (InputStream notice = jar.getInputStream(jar.getEntry("META-INF/NOTICE"))) {
        assertThat(text(notice)).contains("Copyright ©").doesNotContain("Outpour");
      }
    }
  }

  @Test
  void runsAloneInAnEmptyDirectoryAndLeavesNothingThereButItsLog() throws Exception {
    Path home = Files.createDirectory(directory.resolve("home"));
    Matcher ready;
    try (HubProcess hub = HubProcess.start(home, Map.of(), List.of("-Doutpour.http.port=0"))) {
      ready = Pattern.compile("http://localhost:\\d+/").matcher(hub.awaitLine("Ready"));
      assertThat(ready.find()).isTrue();
      try (InputStream page = URI.create(ready.group()).toURL().openStream()) {
        assertThat(text(page)).isEqualTo(Files.readString(Path.of("webroot/index.html")));
      }
      hub.terminate().awaitExit();
    }
    assertThat(home).isDirectoryContaining(path -> path.endsWith("data"));
    try (Stream<Path> left = Files.walk(home).filter(Files::isRegularFile)) {
      assertThat(left.map(path -> home.relativize(path).toString()))
          .containsExactlyInAnyOrder("data/outpour.db", "data/outpour.db.lock");
    }
  }

  private static String text(InputStream content) throws IOException {
    return new String(content.readAllBytes(), StandardCharsets.UTF_8);
  }
}
