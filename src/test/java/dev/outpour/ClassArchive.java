package dev.outpour;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An archive of the classes that a hub loads (Java's AppCDS), beside the jar: with it, hubs of
 * tests start in half the time. The first test that needs it makes it; Java ignores it for any
 * other jar.
 */
final class ClassArchive {

  private ClassArchive() {}

  /** Options that use the archive of the jar under test; none if there is no such jar. */
  static List<String> options(List<String> jvm) {
    String jar = System.getProperty("outpour.jar");
    if (jar == null) {
      return List.of();
    }
    try {
      return List.of("-XX:SharedArchiveFile=" + archive(Path.of(jar), jvm), "-Xlog:cds*=off");
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("The class archive cannot be made", e);
    }
  }

  private static Path archive(Path jar, List<String> jvm) throws IOException, InterruptedException {
    Path archive = jar.resolveSibling("classes.jsa");
    Path lock = jar.resolveSibling("classes.jsa.lock");
    try (FileChannel file =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.lock();
      if (!Files.exists(archive)
          || Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) < 0) {
        Path made = Files.createTempDirectory(jar.getParent(), "classes").resolve("classes.jsa");
        dump(jar, jvm, made);
        Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return archive;
  }

  /** Runs a node of a cluster, which loads the most classes, until it is ready. */
  private static void dump(Path jar, List<String> jvm, Path archive)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(jvm);
    command.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:cds*=off"));
    command.addAll(List.of("-jar", jar.toString(), "-cluster", "-conf"));
    int port = HubProcess.freePort();
    command.add(
        """
        {"http": {"port": 0}, "ingest": {},
         "cluster": {"port": %d, "members": ["127.0.0.1:%d"]}}"""
            .formatted(port, port));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(archive.getParent().toFile())
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("OUTPOUR_"));
    Process process = builder.start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader output = process.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
        if (line.contains("Ready")) {
          process.toHandle().destroy();
        }
      }
      process.waitFor(Await.LONG.toSeconds(), TimeUnit.SECONDS);
    } finally {
      process.destroyForcibly();
    }
    if (!Files.exists(archive)) {
      throw new AssertionError("No class archive was made: " + lines);
    }
  }
}
