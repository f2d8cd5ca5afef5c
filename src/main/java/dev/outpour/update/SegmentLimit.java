package dev.outpour.update;

import dev.outpour.settings.Section;
import java.util.List;
import java.util.Optional;

/**
 * How many segments a topic may have to which an update goes. What lies in a log already may have
 * more, and is read as ever. Immutable.
 *
 * @param most 1 to 128, as many as a name can have; default 32
 */
public record SegmentLimit(int most) {

  private static final String KEY = "segmentsPerTopic";

  /** Reads it from the section {@code limits}. */
  public static SegmentLimit from(Section section) {
    return new SegmentLimit(section.integer(KEY, 32, 1, Topic.MAX_BYTES / 2));
  }

  /** Why an update does not go to some topics; empty if it does. */
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
