package dev.outpour.update;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Updates of one publisher in their order. They are appended one by one, up to the first that is
 * refused.
 *
 * @param drafts the updates
 * @param request the id of their request, for the log; null if it has none
 */
public record Batch(List<Draft> drafts, @Nullable String request) {

  public Batch {
    drafts = List.copyOf(drafts);
  }

  /** A batch of a request without an id. */
  public Batch(List<Draft> drafts) {
    this(drafts, null);
  }

  /** A batch of one update. */
  public static Batch of(Draft draft) {
    return new Batch(List.of(draft));
  }

  /** The same batch, in which updates without a topic go to the default topic. */
  public Batch orTo(Topic defaultTopic) {
    for (Draft draft : drafts) {
      if (draft.topics().isEmpty()) {
        return new Batch(drafts.stream().map(each -> each.orTo(defaultTopic)).toList(), request);
      }
    }
    return this;
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
