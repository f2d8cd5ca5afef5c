package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar of only the classes, as {@code mvn install} installs it for applications. */
class EmbeddingIT {
  private static final Path JAR =
      Path.of(System.getProperty("outpour.jar")).resolveSibling("outpour-classes.jar");

  @TempDir private Path directory;

  @Test
  void holdsNothingOfOthers() throws Exception {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.stream().map(entry -> entry.getName()))
          .filteredOn(name -> name.endsWith(".class"))
          .isNotEmpty()
          .allMatch(name -> name.startsWith("dev/outpour/"));
    }
  }

  @Test
  void applicationRunsWithIt() throws Exception {
    int port = HubProcess.freePort();
    List<String> command =
        List.of("-cp", classPath(), "examples.ShopApplication", Integer.toString(port));
    try (HubProcess shop = HubProcess.start(List.of(), directory, Map.of(), command)) {
      shop.awaitLine("Listening");
      try (RawHttp connection = RawHttp.connect(port)) {
        connection.send("GET /hub/health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(connection.answer().status()).isEqualTo(200);
      }
    }
  }

  /** The class path of these tests, with the jar instead of the classes. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> entry.endsWith(Path.of("target", "classes").toString()) ? "" + JAR : entry)
        .collect(Collectors.joining(File.pathSeparator));
  }
}
