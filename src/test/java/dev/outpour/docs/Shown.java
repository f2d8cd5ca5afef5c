package dev.outpour.docs;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is the same in every run of a command that the documentation shows. */
final class Shown {

  /** How the log is called in the documentation. */
  static final String EPOCH = "k3f9QzT1aB";

  private Shown() {}

  /** A text without what differs: the log's name, pauses, times; and without heartbeats. */
  static String comparable(String output, String epoch) {
    String fixed =
        output
            .replace(epoch, EPOCH)
            .replaceAll("(?m)^retry: \\d+$", "retry: some")
            .replaceAll("\"request\":\"[a-z0-9]+\"", "\"request\":\"some\"")
            .replaceAll("\"time\":\"[-\\d]+T[:.\\d]+Z\"", "\"time\":\"then\"")
            .replaceAll("(?m)^\\d\\d:\\d\\d:\\d\\d(?= )", "then");
    return Stream.of(fixed.split("\n\n"))
        .map(String::strip)
        .filter(block -> !isHeartbeat(block))
        .collect(Collectors.joining("\n\n"));
  }

  private static boolean isHeartbeat(String block) {
    return block.matches("id: \\S+\nevent: outpour.position\ndata: \\{}");
  }
}
