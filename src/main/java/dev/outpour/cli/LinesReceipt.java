package dev.outpour.cli;

import static dev.outpour.cli.terminal.NumberFormat.whole;

import dev.outpour.logging.EscapedText;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Sums up what a hub stored, over all requests that carried lines. Not thread-safe. */
final class LinesReceipt {
  private long count;
  private @Nullable String first;
  private @Nullable String last;
  private boolean isEmpty = true;

  /** Adds an answer. A refusal, too, says what was stored before it. */
  void add(JsonObject answer) {
    isEmpty &= !answer.containsKey("count");
    count += answer.getLong("count", 0L);
    first = first == null ? answer.getString("first") : first;
    last = answer.getString("last", last);
  }

  long count() {
    return count;
  }

  /** Whether no answer had a count. */
  boolean isEmpty() {
    return isEmpty;
  }

  @Override
  public String toString() {
    return whole(count)
        + " stored"
        + (first == null ? "" : ", " + EscapedText.printable(first + " to " + last));
  }
}
