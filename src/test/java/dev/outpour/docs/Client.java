package dev.outpour.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The two programs of one language, with a topic of their own. */
final class Client implements AutoCloseable {

  /** A position of another log, so that the program reports a gap first. */
  private static final String FOREIGN = "Zy8Wm2LpQe-41";

  private final Language language;
  private final String url;
  private final Path directory;
  private final List<Process> processes = new ArrayList<>();
  private final List<String> ids = new ArrayList<>();
  private final Process reader;
  private Process publisher;

  Client(Language language, String url, Path parent) throws IOException {
    this.language = language;
    this.url = url;
    this.directory = Files.createDirectory(parent.resolve(language.name()));
    language.save(directory);
    Files.writeString(directory.resolve("position"), FOREIGN);
    reader = start("reader", language.run("follow", topic(), FOREIGN));
  }

  String topic() {
    return "orders/" + language.name().toLowerCase(Locale.ROOT);
  }

  private Process start(String name, List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(directory.resolve(name + ".out").toFile())
            .redirectError(directory.resolve(name + ".err").toFile());
    builder.environment().put("HUB_URL", url);
    builder.environment().putAll(Workplace.cargo());
    Process process = builder.start();
    process.getOutputStream().close();
    processes.add(process);
    return process;
  }

  private String printed(String name) {
    try {
      Path file = directory.resolve(name);
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  void awaitThatItTellsOfTheGap() {
    Await.until(() -> printed("reader.err").contains("Updates are missing"), () -> this);
  }

  /** Starts to publish the next number. */
  void beginToPublish() throws IOException {
    publisher = start("publisher", language.run("publish", topic(), "" + (ids.size() + 1)));
  }

  /** Waits until it has published, and has received all its updates once and in order. */
  void awaitThatItIsRead() {
    assertThat(publisherEnds()).as("%s", this).isZero();
    ids.add(printed("publisher.out").replaceAll(".*\"id\":\"([^\"]+)\".*", "$1").strip());
    List<String> lines =
        IntStream.range(0, ids.size()).mapToObj(i -> ids.get(i) + " message " + (i + 1)).toList();
    Await.until(
        () -> printed("reader.out").lines().toList().equals(lines), () -> this + "" + lines);
  }

  private int publisherEnds() {
    Await.until(() -> !publisher.isAlive(), () -> this);
    return publisher.exitValue();
  }

  /** Waits until it has stopped because its topic has ended. */
  void awaitItsEnd() {
    Await.until(() -> !reader.isAlive(), () -> this);
    assertThat(reader.exitValue()).as("%s", this).isZero();
  }

  void isToldThatItMayNotPublish() {
    assertThat(publisherEnds()).as("%s", this).isNotZero();
    assertThat(printed("publisher.out") + printed("publisher.err")).contains("has ended");
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Override
  public String toString() {
    return "%s%n%s%s%s%s"
        .formatted(
            language,
            printed("reader.out"),
            printed("reader.err"),
            printed("publisher.out"),
            printed("publisher.err"));
  }
}
