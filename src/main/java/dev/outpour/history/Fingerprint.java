package dev.outpour.history;

import dev.outpour.update.Draft;
import dev.outpour.update.Topic;
import java.security.MessageDigest;
import java.util.List;

/** Digests what two updates with the same key must share: topics in any order, event, end, data. */
final class Fingerprint {

  private Fingerprint() {}

  /** Precedes every part with its length, so that no two updates look alike. */
  static Digest of(Draft draft) {
    MessageDigest digest = Digest.begin();
    List<Topic> topics = draft.topics();
    if (topics.size() > 1) {
      topics = topics.stream().sorted().toList();
    }
    Digest.add(digest, topics.size());
    topics.forEach(topic -> Digest.add(digest, topic.name()));
    Digest.add(digest, draft.event() == null ? "" : draft.event());
    digest.update((byte) (draft.end() ? 1 : 0));
    digest.update(draft.data().getBytes());
    return Digest.end(digest);
  }
}
