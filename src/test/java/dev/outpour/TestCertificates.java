package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import examples.Document;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Certificates of a cluster, created by the commands of the documentation. */
public final class TestCertificates {

  private final Path directory;

  private TestCertificates(Path directory) {
    this.directory = directory;
  }

  /** Creates an authority, and certificates for the nodes {@code ingest} and {@code edge}. */
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

  /** Whether openssl is installed. On a CI machine it must be. */
  public static boolean canBeMade() throws IOException, InterruptedException {
    return "true".equals(System.getenv("CI"))
        || new ProcessBuilder("sh", "-c", "command -v openssl").start().waitFor() == 0;
  }

  /** Creates an expired certificate for a node. */
  public TestCertificates expire(String node) throws IOException, InterruptedException {
    run(
        "openssl x509 -req -in %s.csr -CA ca.pem -CAkey ca.key -days -1 -out %s.pem"
            .formatted(node, node));
    return this;
  }

  /** Hides the files of a node, as a rotation does for a moment. */
  TestCertificates hide(String node) throws IOException, InterruptedException {
    run("mkdir hidden; mv %s.key %s.pem hidden".formatted(node, node));
    return this;
  }

  /** Restores the hidden files. */
  void show(String node) throws IOException, InterruptedException {
    run("mv hidden/%s.key hidden/%s.pem .; rmdir hidden".formatted(node, node));
  }

  /** Runs a command in the folder of the files. */
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

  /** The path of a file. */
  public String file(String name) {
    return directory.resolve(name).toString();
  }

  /** The TLS settings of the section {@code cluster} for a node. */
  public JsonObject of(String node) {
    return new JsonObject()
        .put("tlsCertificate", file(node + ".pem"))
        .put("tlsKey", file(node + ".key"))
        .put("tlsTrust", file("ca.pem"));
  }
}
