package dev.outpour.clients;

import dev.outpour.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** A library that follows its own topic through its own relay. */
final class Follower implements AutoCloseable {
  private static final Pattern NUMBER = Pattern.compile("\"key\":\"[\\w/]+-(\\d+)\"");

  private final Library library;
  private final CuttingRelay relay;
  private final Path output;
  private final Process process;

  Follower(Library library, int hub, String topic, Path directory) throws IOException {
    this.library = library;
    this.relay = new CuttingRelay(hub);
    this.output = directory.resolve(library + "-" + topic);
    String address = "http://127.0.0.1:" + relay.port() + "/events?topic=" + topic;
    this.process = library.follow(address, output);
  }

  Library library() {
    return library;
  }

  CuttingRelay relay() {
    return relay;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for the first block of a number of streams, unless the library has given up. */
  void awaitStreams(int count) {
    Await.until(() -> relay.streams() >= count || !isAlive(), () -> this + " has no stream");
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Integer> numbers() {
    List<Integer> numbers = new ArrayList<>();
    for (String line : lines()) {
      Matcher number = NUMBER.matcher(line);
      if (number.find()) {
        numbers.add(Integer.parseInt(number.group(1)));
      }
    }
    return numbers;
  }

  /** Whether it has handed out the last of a number of updates, or never will. */
  boolean isDone(int count) {
    return numbers().contains(count - 1) || !isAlive();
  }

  /** The errors in what it has handed out; empty if there are none. */
  String faults(int count) {
    List<Integer> numbers = numbers();
    List<Integer> right = IntStream.range(0, count).boxed().toList();
    List<Integer> lost = new ArrayList<>(right);
    lost.removeAll(numbers);
    long doubled = numbers.size() - numbers.stream().distinct().count();
    long odd = lines().size() - numbers.size();
    StringBuilder faults = new StringBuilder();
    faults.append(lost.isEmpty() ? "" : " lost " + lost.size());
    faults.append(doubled == 0 ? "" : " doubled " + doubled);
    faults.append(faults.isEmpty() && !numbers.equals(right) ? " out of order" : "");
    faults.append(odd == 0 ? "" : " and " + odd + " that are no updates");
    faults.append(isAlive() ? "" : " and it ended");
    return faults.isEmpty() ? "" : this + ":" + faults;
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    relay.close();
  }

  @Override
  public String toString() {
    return output.getFileName().toString();
  }
}
