package dev.outpour.update;

import java.util.List;

/**
 * Drafts of one publisher that belong together in this order: they are appended one after the other
 * up to the first that is refused, and from there on none is.
 *
 * @param drafts not empty
 */
public record Batch(List<Draft> drafts) {

  public Batch {
    drafts = List.copyOf(drafts);
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
