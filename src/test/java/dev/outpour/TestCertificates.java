package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import examples.Document;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Certificates of a cluster, made by the commands that the documentation gives. */
public final class TestCertificates {

  private final Path directory;

  private TestCertificates(Path directory) {
    this.directory = directory;
  }

  /** Makes an authority, and a node named {@code ingest} and one named {@code edge}. */
  public static TestCertificates in(Path directory) throws Exception {
    List<String> commands =
        Document.all().stream()
            .filter(document -> document.path().endsWith("clustering.md"))
            .flatMap(document -> document.blocks("sh").stream())
            .filter(block -> block.contains("openssl req"))
            .toList();
    assertThat(commands).hasSize(1);
    TestCertificates certificates = new TestCertificates(directory);
    certificates.run(commands.get(0));
    return certificates;
  }

  /** Whether there is an openssl; where all has to be tested, there has to be. */
  public static boolean canBeMade() throws IOException, InterruptedException {
    return "true".equals(System.getenv("CI"))
        || new ProcessBuilder("sh", "-c", "command -v openssl").start().waitFor() == 0;
  }

  /** Makes a certificate for a node that has expired already. */
  public TestCertificates expire(String node) throws IOException, InterruptedException {
    run(
        "openssl x509 -req -in %s.csr -CA ca.pem -CAkey ca.key -days -1 -out %s.pem"
            .formatted(node, node));
    return this;
  }

  /** Takes the files of a node away, as a rotation does for a moment. */
  TestCertificates hide(String node) throws IOException, InterruptedException {
    run("mkdir hidden; mv %s.key %s.pem hidden".formatted(node, node));
    return this;
  }

  /** Puts back what was taken away. */
  void show(String node) throws IOException, InterruptedException {
    run("mv hidden/%s.key hidden/%s.pem .; rmdir hidden".formatted(node, node));
  }

  /** Runs a command where the files are. */
  public void run(String commands) throws IOException, InterruptedException {
    Process shell =
        new ProcessBuilder("sh", "-e", "-c", commands)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    shell.getOutputStream().close();
    String output = new String(shell.getInputStream().readAllBytes());
    assertThat(shell.waitFor(Await.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(shell.exitValue()).as(output).isZero();
  }

  /** Where a file is. */
  public String file(String name) {
    return directory.resolve(name).toString();
  }

  /** The keys of the section {@code cluster} for a node. */
  public JsonObject of(String node) {
    return new JsonObject()
        .put("tlsCertificate", file(node + ".pem"))
        .put("tlsKey", file(node + ".key"))
        .put("tlsTrust", file("ca.pem"));
  }
}
