package dev.outpour.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.outpour.update.RefusedException;
import io.vertx.core.buffer.Buffer;

/** Any bytes are refused, or are a message that is written and read again as the same. */
class LogMessageCodecFuzz {

  private final LogMessageCodec codec = new LogMessageCodec();

  @FuzzTest
  void bytesAreRefusedOrAreAMessage(byte[] bytes) {
    LogMessage message;
    try {
      message = codec.decodeFromWire(0, Buffer.buffer(bytes));
    } catch (IllegalArgumentException | IndexOutOfBoundsException | RefusedException e) {
      return;
    }
    Buffer written = Buffer.buffer();
    codec.encodeToWire(written, message);
    assertThat(codec.decodeFromWire(0, written)).isEqualTo(message);
  }
}
