package dev.outpour.checker;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A directory with a file of JSON lines for each actor, in which it writes down what it did and
 * saw. Each file is written by one thread at a time.
 */
public final class Journal {

  /** The actor that reads the whole log at the end. */
  static final String LOG = "log";

  /** The actor that says when all is well again. */
  static final String WORKLOAD = "workload";

  private static final String SUFFIX = ".jsonl";

  private final Path directory;

  public Journal(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
  }

  /** A new file for an actor. */
  Pen of(String actor) throws IOException {
    return new Pen(actor, Files.newBufferedWriter(directory.resolve(actor + SUFFIX)));
  }

  /** What all actors wrote, in the order of each. */
  static Map<String, List<Entry>> read(Path directory) throws IOException {
    Map<String, List<Entry>> all = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(SUFFIX)) {
          String actor = name.substring(0, name.length() - SUFFIX.length());
          all.put(actor, entries(actor, file));
        }
      }
    }
    return all;
  }

  private static List<Entry> entries(String actor, Path file) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        entries.add(Entry.fromJson(actor, entries.size() + 1, new JsonObject(line)));
      }
    }
    return entries;
  }

  /** What an actor writes with. */
  static final class Pen implements AutoCloseable {
    private final String actor;
    private final BufferedWriter file;
    private int lines;

    private Pen(String actor, BufferedWriter file) {
      this.actor = actor;
      this.file = file;
    }

    /** Writes a line, with the time of now. */
    void write(Entry entry) {
      write(entry, System.nanoTime());
    }

    /** Writes a line with a time. */
    void write(Entry entry, long nanos) {
      try {
        file.write(entry.at(actor, ++lines, nanos).toJson());
        file.newLine();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
