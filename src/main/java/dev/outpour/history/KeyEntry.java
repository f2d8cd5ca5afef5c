package dev.outpour.history;

import java.nio.ByteBuffer;

/**
 * An idempotency key that the log remembers.
 *
 * @param key the digest of the key
 * @param fingerprint the digest of its update
 * @param sequence the sequence number of its update
 * @param timeMillis the time of its update, in milliseconds since 1970
 */
public record KeyEntry(Digest key, Digest fingerprint, long sequence, long timeMillis) {

  public static final int BYTES = 2 * Digest.BYTES + 2 * Long.BYTES;

  /** Reads an entry from the next {@link #BYTES} bytes. */
  public static KeyEntry read(ByteBuffer from) {
    return new KeyEntry(Digest.read(from), Digest.read(from), from.getLong(), from.getLong());
  }

  public void write(ByteBuffer to) {
    key.write(to);
    fingerprint.write(to);
    to.putLong(sequence).putLong(timeMillis);
  }
}
