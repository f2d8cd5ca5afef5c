package dev.outpour.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * The packaged server in a process of its own, in a directory of its own, always on the same port.
 */
final class HubProcess implements AutoCloseable {
  private static final Pattern ADDRESS = Pattern.compile("http://localhost:(\\d+)");

  private final Path directory;
  private final int port;
  private Process process;

  HubProcess(Path directory) throws IOException {
    this.directory = directory;
    port = freePort();
    Files.writeString(
        configuration(),
        """
        {
          "http": { "host": "localhost", "port": %1$d },
          "ingest": {},
          "history": { "store": "memory" },
          "simulator": { "url": "http://localhost:%1$d/update", "everyMillis": 5000 }
        }
        """
            .formatted(port));
  }

  /** Returns once the server has said that it is ready. */
  void start() throws IOException, InterruptedException {
    process =
        new ProcessBuilder(java(), "-jar", jar(), "-conf", configuration().toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    Queue<String> said = new ConcurrentLinkedQueue<>();
    CompletableFuture<Integer> ready = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(process.inputReader(), said, ready), "hub-output");
    reader.setDaemon(true);
    reader.start();
    try {
      int actual = ready.get(60, TimeUnit.SECONDS);
      if (actual != port) {
        throw new IllegalStateException("Asked for port " + port + ", ready on " + actual);
      }
    } catch (ExecutionException | TimeoutException failure) {
      close();
      throw new IllegalStateException("Not ready:\n" + String.join("\n", said), failure);
    }
  }

  /** As an operator would: by SIGTERM. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("Still there 30 s after SIGTERM");
    }
  }

  String url(String pathAndQuery) {
    return "http://localhost:" + port + pathAndQuery;
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }

  private Path configuration() {
    return directory.resolve("hub.json");
  }

  private static void read(
      BufferedReader output, Queue<String> said, CompletableFuture<Integer> ready) {
    try (output) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        said.add(line);
        var address = ADDRESS.matcher(line);
        if (address.find()) {
          ready.complete(Integer.parseInt(address.group(1)));
        }
      }
      ready.completeExceptionally(new IllegalStateException("It ended"));
    } catch (IOException failure) {
      ready.completeExceptionally(new UncheckedIOException(failure));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static String jar() {
    String jar = System.getProperty("outpour.jar");
    if (jar == null) {
      throw new IllegalStateException("The system property outpour.jar names the jar to test");
    }
    return Path.of(jar).toAbsolutePath().toString();
  }
}
