package dev.outpour.history;

import dev.outpour.update.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The first 128 bits of a SHA-256 digest. The log keeps one of each idempotency key and one of its
 * update.
 *
 * @param high the first eight bytes, big-endian
 * @param low the next eight bytes, big-endian
 */
public record Digest(long high, long low) {

  static final int BYTES = 2 * Long.BYTES;

  /**
   * The digest of a key's scope and name. It contains no secret, so that it can be computed for a
   * publisher's former scope too.
   */
  public static Digest of(Key key) {
    MessageDigest digest = begin();
    add(digest, key.scope());
    add(digest, key.name());
    return end(digest);
  }

  static MessageDigest begin() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256", e);
    }
  }

  /** Adds a text, preceded by its length, so that no two sequences of texts look alike. */
  static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    add(digest, bytes.length);
    digest.update(bytes);
  }

  static void add(MessageDigest digest, int length) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      digest.update((byte) (length >>> shift));
    }
  }

  static Digest end(MessageDigest digest) {
    return read(ByteBuffer.wrap(digest.digest()));
  }

  /** The next 16 bytes. */
  public static Digest read(ByteBuffer from) {
    return new Digest(from.getLong(), from.getLong());
  }

  void write(ByteBuffer to) {
    to.putLong(high).putLong(low);
  }
}
