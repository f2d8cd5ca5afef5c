package dev.outpour.docs;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The part of a command's output that is the same in every run. */
final class Shown {

  /** The epoch that the documentation shows. */
  static final String EPOCH = "k3f9QzT1aB";

  private Shown() {}

  /** A text without heartbeats, and with fixed epoch, pauses, times and request ids. */
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
