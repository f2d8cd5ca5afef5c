package dev.outpour.auth;

import dev.outpour.files.TextFile;
import dev.outpour.files.WatchedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The revocations in force: those in a file, and those requested since this process started, up to
 * a bound. Methods that block are for one thread at a time. Any thread may call the others.
 */
public final class Revocations {

  /** The maximum number of requested revocations. */
  public static final int MOST = 10_000;

  private final String file;
  private final WatchedFiles<Set<String>> inFile;
  private Map<String, Long> requested = Map.of();
  private volatile Set<String> names;

  /**
   * Reads the file. It blocks.
   *
   * @param file the path; empty if there is none
   */
  Revocations(String file) {
    this.file = file;
    this.inFile = new WatchedFiles<>(file.isEmpty() ? List.of() : List.of(file), () -> read(file));
    this.names = inFile.value();
  }

  /** All revoked names. The set is replaced whenever it changes. */
  Set<String> names() {
    return names;
  }

  /** Reads the file again if it changed. It blocks. */
  void reload() {
    if (inFile.reload()) {
      gather();
    }
  }

  private synchronized void gather() {
    Set<String> all = new HashSet<>(inFile.value());
    all.addAll(requested.keySet());
    names = Set.copyOf(all);
  }

  /**
   * Adds revocations as far as there is room. If a name has two ends, the later one counts.
   *
   * @return whether there was room for all
   */
  synchronized boolean add(Collection<Revocation> more, long nowMillis) {
    Map<String, Long> all = new HashMap<>(requested);
    all.values().removeIf(end -> end <= nowMillis);
    boolean room = true;
    for (Revocation each : more) {
      if (all.size() < MOST || all.containsKey(each.name())) {
        all.merge(each.name(), each.endMillis(), Math::max);
      } else {
        room = false;
      }
    }
    all.values().removeIf(end -> end <= nowMillis);
    if (!all.equals(requested)) {
      requested = Map.copyOf(all);
      gather();
    }
    return room;
  }

  /** Whether all of these were requested, with these ends or later ones. */
  public synchronized boolean knows(Collection<Revocation> revocations) {
    return revocations.stream()
        .allMatch(each -> requested.getOrDefault(each.name(), Long.MIN_VALUE) >= each.endMillis());
  }

  /** Whether there is no room until some have ended. */
  public synchronized boolean isFull() {
    return requested.size() >= MOST;
  }

  /** The requested revocations. */
  public synchronized List<Revocation> requested() {
    return requested.entrySet().stream()
        .map(each -> new Revocation(each.getKey(), each.getValue()))
        .toList();
  }

  /** A number that is equal in processes with the same requested revocations. */
  public synchronized long digest() {
    return requested.entrySet().stream()
        .mapToLong(each -> each.getKey().hashCode() * 0x9E3779B97F4A7C15L ^ each.getValue())
        .sum();
  }

  /**
   * Adds revocations to the file unless they are in it, and syncs it. It blocks.
   *
   * @return whether there is a file
   */
  boolean keep(Collection<Revocation> revocations) throws IOException {
    if (file.isEmpty()) {
      return false;
    }
    String lines =
        revocations.stream()
            .map(Revocation::name)
            .filter(name -> !inFile.value().contains(name))
            .map(name -> name + "\n")
            .collect(Collectors.joining());
    if (!lines.isEmpty()) {
      // The last line of a file written by hand may lack its line end.
      append("\n" + lines);
      reload();
    }
    return true;
  }

  private void append(String lines) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(lines);
    try (FileChannel out =
        FileChannel.open(Path.of(file), StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
  }

  /**
   * Reads a file with the id of a token or the name of an API key on each line. It blocks.
   *
   * @param file the path; empty if there is none
   * @throws IllegalArgumentException with a message that names the file and the fault
   */
  static Set<String> read(String file) {
    if (file.isEmpty()) {
      return Set.of();
    }
    return TextFile.read(file)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }
}
