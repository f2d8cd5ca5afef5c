package dev.outpour.docs;

import dev.outpour.HubProcess;
import dev.outpour.TestTools;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A folder as after the build, and the environment of a shell in it. */
final class Workplace {

  /** JVM options for processes that live for seconds. */
  static final List<String> QUICK_JVM = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private static final String JAR = "target/outpour.jar";

  private Workplace() {}

  /** Copies the files of a clone that the documentation uses. */
  static void lay(Path directory) throws IOException {
    for (String folder : List.of("conf", "webroot")) {
      copy(Path.of(folder), directory.resolve(folder));
    }
    copy(Path.of("src/test/resources/docs"), directory);
    Files.createDirectory(directory.resolve("target"));
    Files.createSymbolicLink(directory.resolve(JAR), Path.of(System.getProperty("outpour.jar")));
  }

  /** Removes the link to the jar. */
  static void clear(Path directory) throws IOException {
    Files.delete(directory.resolve(JAR));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }

  /** The variables of a shell: curl fails at error statuses, and nodes meet no other clusters. */
  static Map<String, String> environment(Path directory) throws IOException {
    Map<String, String> all = new HashMap<>();
    Files.writeString(directory.resolve(".curlrc"), "fail-with-body\n");
    all.put("CURL_HOME", directory.toString());
    all.put("JDK_JAVA_OPTIONS", String.join(" ", QUICK_JVM));
    String java = Path.of(System.getProperty("java.home"), "bin").toString();
    all.put("PATH", java + File.pathSeparator + System.getenv("PATH"));
    int member = HubProcess.freePort();
    all.put("OUTPOUR_CLUSTER_NAME", "docs-" + member);
    all.put("OUTPOUR_CLUSTER_PORT", "" + member);
    all.put(
        "OUTPOUR_CLUSTER_MEMBERS",
        "127.0.0.1:%d,127.0.0.1:%d,127.0.0.1:%d".formatted(member, member + 1, member + 2));
    all.put("OUTPOUR_SIMULATOR_EVERY_MILLIS", "86400000");
    all.putAll(cargo());
    return all;
  }

  /** Has Rust programs use the dependencies that {@code .ci/tools} has compiled. */
  static Map<String, String> cargo() {
    return TestTools.find("docs-rust")
        .map(
            folder ->
                Map.of(
                    "CARGO_TARGET_DIR",
                    folder.resolve("target").toString(),
                    "CARGO_NET_OFFLINE",
                    "true"))
        .orElse(Map.of());
  }
}
