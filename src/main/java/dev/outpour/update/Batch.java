package dev.outpour.update;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Drafts of one publisher that belong together in this order: they are appended one after the other
 * up to the first that is refused, and from there on none is.
 *
 * @param drafts not empty
 * @param request what the request is called that brought them, for logs; null: it has no name
 */
public record Batch(List<Draft> drafts, @Nullable String request) {

  public Batch {
    drafts = List.copyOf(drafts);
  }

  /** A batch of a request without a name. */
  public Batch(List<Draft> drafts) {
    this(drafts, null);
  }

  /** A batch of one. */
  public static Batch of(Draft draft) {
    return new Batch(List.of(draft));
  }

  /** About how many bytes it takes in memory. */
  public int weight() {
    int bytes = 0;
    for (Draft draft : drafts) {
      bytes += draft.weight();
    }
    return bytes;
  }
}
