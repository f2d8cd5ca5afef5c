package dev.outpour.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.impl.CodecManager;
import io.vertx.core.eventbus.impl.clustered.ClusteredMessage;

/** Whatever passes, however it is cut, Vert.x can read; and all that it was passes. */
class FrameCheckFuzz {

  private static final int MOST_BYTES = 1_000;

  @FuzzTest
  void whatPassesCanBeRead(FuzzedDataProvider data) {
    int cut = data.consumeInt(0, 100);
    byte[] bytes = data.consumeRemainingAsBytes();
    EmbeddedChannel channel = new EmbeddedChannel(new FrameCheck(new FrameBounds(MOST_BYTES)));
    int at = Math.min(cut, bytes.length);
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
