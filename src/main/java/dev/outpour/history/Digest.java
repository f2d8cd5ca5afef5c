package dev.outpour.history;

import dev.outpour.update.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The first 128 bits of a SHA-256 digest: what the log keeps of a key, and of what it stood for.
 *
 * @param high the first eight bytes, big-endian
 * @param low the next eight
 */
public record Digest(long high, long low) {

  static final int BYTES = 2 * Long.BYTES;

  /**
   * What is kept of a key: its scope and name, each after its length. Nothing secret goes into it,
   * so that it can be computed of another scope that the same publisher may have had.
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

  /** Adds a text after its length, so that parts cannot run together. */
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
