package dev.outpour.bus;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.outpour.update.Batch;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Samples;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are rejected, or are a message that survives encoding and decoding. */
class LogMessageCodecFuzz {

  private final LogMessageCodec codec = new LogMessageCodec();

  static Stream<byte[]> messages() {
    LogMessage.LogDescription log =
        new LogMessage.LogDescription(Topic.parse("updates"), true, Samples.head(5));
    return Stream.of(
            new LogMessage.Grown(log, Samples.page(3, 5)),
            new LogMessage.Append(
                Optional.of("log"), List.of(Batch.of(Samples.keyed("k", "data", "a")))),
            new LogMessage.Locate(
                "log",
                new Start.Newest(3),
                Samples.interest("a", "b/**"),
                new LogMessage.Asking("node", 1, 1_000)),
            new LogMessage.Found(Samples.head(5).locateUnreadable()))
        .map(LogMessageCodecFuzz::written);
  }

  private static byte[] written(LogMessage message) {
    Buffer wire = Buffer.buffer();
    new LogMessageCodec().encodeToWire(wire, message);
    return wire.getBytes();
  }

  @MethodSource("messages")
  @FuzzTest
  void bytesAreRefusedOrAreAMessage(byte @NotNull [] bytes) {
    LogMessage message;
    try {
      message = LogMessageCodec.read(0, Buffer.buffer(bytes));
    } catch (IllegalArgumentException | IndexOutOfBoundsException | RefusedException e) {
      return;
    }
    assertThat(codec.decodeFromWire(0, Buffer.buffer(written(message)))).isEqualTo(message);
  }
}
