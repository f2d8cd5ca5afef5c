package dev.outpour.history;

import dev.outpour.update.Draft;
import dev.outpour.update.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** What two updates with one key have to share: topics in any order, event, end and data. */
final class Fingerprint {

  private Fingerprint() {}

  /** A SHA-256 digest; every part is preceded by its length, so that parts cannot run together. */
  static ByteBuffer of(Draft draft) {
    MessageDigest digest = sha256();
    List<Topic> topics = draft.topics().stream().sorted().toList();
    digest.update(length(topics.size()));
    topics.forEach(topic -> add(digest, topic.name()));
    add(digest, draft.event() == null ? "" : draft.event());
    digest.update((byte) (draft.end() ? 1 : 0));
    digest.update(draft.data().getBytes());
    return ByteBuffer.wrap(digest.digest()).asReadOnlyBuffer();
  }

  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(length(bytes.length));
    digest.update(bytes);
  }

  private static byte[] length(int length) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256", e);
    }
  }
}
