package dev.outpour.history;

import java.nio.ByteBuffer;

/**
 * A publisher's key that the log remembers.
 *
 * @param key what is kept of it
 * @param fingerprint what it stood for
 * @param sequence the number of the update it stands for
 * @param timeMillis when that was, in milliseconds since 1970
 */
public record KeyEntry(Digest key, Digest fingerprint, long sequence, long timeMillis) {

  public static final int BYTES = 2 * Digest.BYTES + 2 * Long.BYTES;

  /** The next {@link #BYTES} bytes. */
  public static KeyEntry read(ByteBuffer from) {
    return new KeyEntry(Digest.read(from), Digest.read(from), from.getLong(), from.getLong());
  }

  public void write(ByteBuffer to) {
    key.write(to);
    fingerprint.write(to);
    to.putLong(sequence).putLong(timeMillis);
  }
}
