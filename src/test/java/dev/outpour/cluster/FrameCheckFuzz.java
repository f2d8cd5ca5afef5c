package dev.outpour.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.outpour.BusFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.impl.CodecManager;
import io.vertx.core.eventbus.impl.clustered.ClusteredMessage;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever passes, however it is cut, Vert.x can read; and all that it was passes. */
class FrameCheckFuzz {

  private static final int MOST_BYTES = 1_000;

  /** One for all, so that it says little. */
  private static final FrameBounds BOUNDS = new FrameBounds(MOST_BYTES);

  static Stream<Arguments> frames() {
    Buffer json = BusFrame.numbered(BusFrame.JSON, "outpour.ingest", BusFrame.json("{}"));
    Buffer named = BusFrame.named("op", "outpour.log", Buffer.buffer("\2"));
    return Stream.of(json, named, json.copy().appendBuffer(named))
        .flatMap(bytes -> Stream.of(0, 3, 9, 50).map(cut -> Arguments.of(cut, bytes.getBytes())));
  }

  @MethodSource("frames")
  @FuzzTest
  void whatPassesCanBeRead(int cut, byte @NotNull [] bytes) {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameCheck(BOUNDS));
    int at = Math.floorMod(cut, bytes.length + 1);
    channel.writeInbound(Unpooled.copiedBuffer(bytes, 0, at));
    if (channel.isOpen()) {
      channel.writeInbound(Unpooled.copiedBuffer(bytes, at, bytes.length - at));
    }
    Buffer passed = Buffer.buffer();
    for (ByteBuf piece = channel.readInbound(); piece != null; piece = channel.readInbound()) {
      byte[] part = new byte[piece.readableBytes()];
      piece.readBytes(part);
      piece.release();
      passed.appendBytes(part);
    }
    channel.finishAndReleaseAll();

    assertThat(passed).isEqualTo(Buffer.buffer(bytes).getBuffer(0, passed.length()));
    for (int from = 0; from + 4 <= passed.length(); ) {
      int end = from + 4 + passed.getInt(from);
      assertThat(end - from - 4).isBetween(1, MOST_BYTES);
      if (end <= passed.length()) {
        ClusteredMessage<Object, Object> message = new ClusteredMessage<>(null);
        message.readFromWire(passed.getBuffer(from + 4, end), new CodecManager());
      }
      from = end;
    }
  }
}
