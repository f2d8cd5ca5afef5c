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
 * What is revoked: what stands in a file, and what was asked for since this process began, up to a
 * bound. What blocks is for one thread at a time; the rest may be called by any.
 */
public final class Revocations {

  /** The most that may have been asked for. */
  public static final int MOST = 10_000;

  private final String file;
  private final WatchedFiles<Set<String>> inFile;
  private Map<String, Long> asked = Map.of();
  private volatile Set<String> names;

  /**
   * Reads the file. It blocks.
   *
   * @param file empty: there is none
   */
  Revocations(String file) {
    this.file = file;
    this.inFile = new WatchedFiles<>(file.isEmpty() ? List.of() : List.of(file), () -> read(file));
    this.names = inFile.value();
  }

  /** All names: another set each time when they have changed. */
  Set<String> names() {
    return names;
  }

  /** Reads the file again, if it has changed. It blocks. */
  void look() {
    if (inFile.look()) {
      gather();
    }
  }

  private synchronized void gather() {
    Set<String> all = new HashSet<>(inFile.value());
    all.addAll(asked.keySet());
    names = Set.copyOf(all);
  }

  /**
   * Takes some in, as far as there is room; of two ends of one name the later one counts.
   *
   * @return whether there was room for all
   */
  synchronized boolean add(Collection<Revocation> more, long nowMillis) {
    Map<String, Long> all = new HashMap<>(asked);
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
    if (!all.equals(asked)) {
      asked = Map.copyOf(all);
      gather();
    }
    return room;
  }

  /** Whether all of these were asked for, to their ends at least. */
  public synchronized boolean knows(Collection<Revocation> some) {
    return some.stream()
        .allMatch(each -> asked.getOrDefault(each.name(), Long.MIN_VALUE) >= each.endMillis());
  }

  /** Whether no more can be asked for until some have ended. */
  public synchronized boolean isFull() {
    return asked.size() >= MOST;
  }

  /** What was asked for. */
  public synchronized List<Revocation> asked() {
    return asked.entrySet().stream()
        .map(each -> new Revocation(each.getKey(), each.getValue()))
        .toList();
  }

  /** A number that two processes to which the same was said have both. */
  public synchronized long digest() {
    return asked.entrySet().stream()
        .mapToLong(each -> each.getKey().hashCode() * 0x9E3779B97F4A7C15L ^ each.getValue())
        .sum();
  }

  /**
   * Writes into the file what is not there yet, and syncs it. It blocks.
   *
   * @return whether there is a file
   */
  boolean keep(Collection<Revocation> some) throws IOException {
    if (file.isEmpty()) {
      return false;
    }
    String lines =
        some.stream()
            .map(Revocation::name)
            .filter(name -> !inFile.value().contains(name))
            .map(name -> name + "\n")
            .collect(Collectors.joining());
    if (!lines.isEmpty()) {
      // The last line of a file that somebody wrote may lack its end.
      append("\n" + lines);
      look();
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
   * Reads what is revoked: the id of a token or the name of a key on each line. It blocks.
   *
   * @param file empty: nothing is revoked
   * @throws IllegalArgumentException with a message that names the file and says what is wrong
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
