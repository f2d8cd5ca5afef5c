package dev.outpour.cli;

import static dev.outpour.cli.terminal.NumberFormat.whole;

import dev.outpour.cli.terminal.PrintableText;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What a hub has stored of lines, in all requests that brought them. For one thread. */
final class LinesReceipt {
  private long count;
  private @Nullable String first;
  private @Nullable String last;
  private boolean isEmpty = true;

  /** Adds what the hub said in the end; of a refusal, what came before it. */
  void add(JsonObject said) {
    isEmpty &= !said.containsKey("count");
    count += said.getLong("count", 0L);
    first = first == null ? said.getString("first") : first;
    last = said.getString("last", last);
  }

  long count() {
    return count;
  }

  /** Whether no number was said at all. */
  boolean isEmpty() {
    return isEmpty;
  }

  @Override
  public String toString() {
    return whole(count)
        + " stored"
        + (first == null ? "" : ", " + PrintableText.of(first + " to " + last));
  }
}
