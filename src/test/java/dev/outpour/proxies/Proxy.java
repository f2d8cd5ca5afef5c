package dev.outpour.proxies;

import dev.outpour.Await;
import dev.outpour.HubProcess;
import dev.outpour.Installed;
import examples.Document;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A proxy process in front of a hub, with the settings of the documentation. */
final class Proxy implements AutoCloseable {

  private static final Path PAGE = Path.of("docs/how-to/proxies.md");
  private static final String SHOWN_HUB = "3000";

  private final Process process;
  private final File output;
  private final int port;

  private Proxy(Process process, File output, int port) {
    this.process = process;
    this.output = output;
    this.port = port;
  }

  /** The only block of a language on the page about proxies. */
  static String shown(String language) throws IOException {
    List<String> blocks =
        Document.all().stream()
            .filter(document -> document.path().equals(PAGE))
            .flatMap(document -> document.blocks(language).stream())
            .toList();
    if (blocks.size() != 1) {
      throw new AssertionError(PAGE + " has not one block of " + language + ": " + blocks);
    }
    return blocks.get(0);
  }

  /** Starts a proxy; skips the calling test if the proxy is not installed. */
  static Proxy start(Kind kind, int hub, Path parent) throws IOException {
    Path program = Installed.need(kind.program, kind.debianPackage);
    Path directory = Files.createDirectory(parent.resolve(kind.program));
    int port = HubProcess.freePort();
    String shown = shown(kind.language);
    if (!shown.contains(SHOWN_HUB)) {
      throw new AssertionError("Not to port " + SHOWN_HUB + ": " + shown);
    }
    String settings = kind.settings(shown.replace(SHOWN_HUB, "" + hub), port, directory);
    Path file = Files.writeString(directory.resolve("settings"), settings);
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(kind.arguments(file, port, directory));
    File output = directory.resolve("output").toFile();
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    Proxy proxy = new Proxy(process, output, port);
    Await.until(proxy::isOpen, proxy::output);
    return proxy;
  }

  private boolean isOpen() {
    if (!process.isAlive()) {
      throw new AssertionError("It has ended: " + output());
    }
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private String output() {
    try {
      return Files.readString(output.toPath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  /** Ends the proxy and the processes that it has started. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(Await.LONG.toSeconds(), TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
