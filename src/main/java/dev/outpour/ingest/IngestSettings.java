package dev.outpour.ingest;

import dev.outpour.settings.Section;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Topic;

/**
 * The section {@code ingest}: how updates enter the log.
 *
 * @param topic the topic of updates that name none; default updates
 * @param maxUpdateKilobytes the largest update from the event bus, in kilobytes of 1024, 1 to
 *     65,536; default 1024
 * @param intakeMegabytes how much may wait for a commit, in megabytes of 1024 × 1024, 1 to 4096.
 *     Beyond that, publishers get 503; default 64
 */
public record IngestSettings(Topic topic, int maxUpdateKilobytes, int intakeMegabytes) {

  public static IngestSettings from(Section section) {
    Topic topic = section.parsed("topic", "updates", IngestSettings::topic);
    int maxUpdateKilobytes = section.integer("maxUpdateKilobytes", 1024, 1, 65_536);
    int intakeMegabytes = section.integer("intakeMegabytes", 64, 1, 4096);
    if (intakeMegabytes * 1024 < maxUpdateKilobytes) {
      section.fault(
          "intakeMegabytes",
          "must hold the largest update: at least " + (maxUpdateKilobytes + 1023) / 1024);
    }
    return new IngestSettings(topic, maxUpdateKilobytes, intakeMegabytes);
  }

  private static Topic topic(String name) {
    try {
      return Topic.parse(name);
    } catch (RefusedException e) {
      throw new IllegalArgumentException("must be a topic. " + e.getMessage(), e);
    }
  }
}
