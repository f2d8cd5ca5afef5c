package dev.outpour.update;

import dev.outpour.settings.Section;
import java.util.List;
import java.util.Optional;

/**
 * The limit of segments of a topic that is published to. Updates that are already in the log may
 * have more. Immutable.
 *
 * @param most 1 to 128, the most that a name can have; default 32
 */
public record SegmentLimit(int most) {

  private static final String KEY = "segmentsPerTopic";

  /** Reads it from the section {@code limits}. */
  public static SegmentLimit from(Section section) {
    return new SegmentLimit(section.integer(KEY, 32, 1, Topic.MAX_BYTES / 2));
  }

  /** The refusal of an update to topics; empty if they are allowed. */
  public Optional<Refusal> refusal(List<Topic> topics) {
    for (int i = 0; i < topics.size(); i++) {
      int segments = topics.get(i).countSegments();
      if (segments > most) {
        return Optional.of(
            Refusal.badRequest(
                "The topic '"
                    + topics.get(i)
                    + "' has "
                    + segments
                    + " segments: use at most "
                    + most
                    + " (limits."
                    + KEY
                    + ")"));
      }
    }
    return Optional.empty();
  }
}
