package dev.outpour.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.BusFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FrameCheckTest {

  private static final Buffer JSON =
      BusFrame.numbered(BusFrame.JSON, "outpour.ingest", BusFrame.json("{\"a\":1}"));
  private static final Buffer NAMED = BusFrame.named("op", "outpour.log", Buffer.buffer("12345"));
  private static final Buffer BOTH = JSON.copy().appendBuffer(NAMED).appendBuffer(JSON);

  private static EmbeddedChannel channel(FrameBounds bounds) {
    return new EmbeddedChannel(new FrameCheck(bounds));
  }

  private static Buffer passed(EmbeddedChannel channel) {
    Buffer passed = Buffer.buffer();
    for (ByteBuf piece = channel.readInbound(); piece != null; piece = channel.readInbound()) {
      while (piece.isReadable()) {
        passed.appendByte(piece.readByte());
      }
      piece.release();
    }
    return passed;
  }

  private static void feed(EmbeddedChannel channel, Buffer bytes, int from, int to) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes.getBytes(from, to)));
  }

  @Test
  void framesPassHoweverTheyAreCut() {
    for (int cut = 0; cut <= BOTH.length(); cut++) {
      EmbeddedChannel channel = channel(new FrameBounds(1_000));
      feed(channel, BOTH, 0, cut);
      feed(channel, BOTH, cut, BOTH.length());
      assertThat(passed(channel)).as("cut at %s", cut).isEqualTo(BOTH);
    }
    EmbeddedChannel channel = channel(new FrameBounds(1_000));
    for (int at = 0; at < BOTH.length(); at++) {
      feed(channel, BOTH, at, at + 1);
    }
    assertThat(passed(channel)).isEqualTo(BOTH);
  }

  @Test
  void whatComesBehindSomethingElseDoesNotPass() {
    EmbeddedChannel channel = channel(new FrameBounds(1_000));
    feed(channel, JSON.copy().appendInt(-1).appendBuffer(JSON), 0, 2 * JSON.length() + 4);
    assertThat(passed(channel)).isEqualTo(JSON);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void framesThatAreNotCompleteAreBoundedTogether() {
    FrameBounds bounds = new FrameBounds(JSON.length() * 2);
    EmbeddedChannel first = channel(bounds);
    EmbeddedChannel second = channel(bounds);
    EmbeddedChannel third = channel(bounds);
    for (EmbeddedChannel channel : new EmbeddedChannel[] {first, second, third}) {
      feed(channel, JSON, 0, JSON.length() - 1);
    }
    assertThat(third.isOpen()).isFalse();
    feed(first, JSON, JSON.length() - 1, JSON.length());
    assertThat(passed(first)).isEqualTo(JSON);
    second.close();

    EmbeddedChannel next = channel(bounds);
    feed(next, JSON, 0, JSON.length() - 1);
    feed(first, JSON, 0, JSON.length() - 1);
    assertThat(next.isOpen()).isTrue();
    assertThat(first.isOpen()).isTrue();
  }

  @Test
  void frameThatDoesNotEndInTimeIsRefusedAndMakesRoom() {
    FrameBounds bounds = new FrameBounds(JSON.length());
    for (int cut : new int[] {1, JSON.length() - 1}) {
      EmbeddedChannel slow = channel(bounds);
      EmbeddedChannel quick = channel(bounds);
      slow.freezeTime();
      quick.freezeTime();
      feed(slow, JSON, 0, cut);
      feed(quick, BOTH, 0, 1);
      pass(slow, FrameCheck.MOST_SECONDS - 1);
      pass(quick, FrameCheck.MOST_SECONDS - 1);
      assertThat(slow.isOpen()).isTrue();
      feed(quick, BOTH, 1, JSON.length() + 1);
      pass(slow, 1);
      pass(quick, 1);
      assertThat(slow.isOpen()).as("cut at %s", cut).isFalse();
      assertThat(quick.isOpen()).as("another frame has begun since").isTrue();
      quick.close();

      EmbeddedChannel next = channel(bounds);
      feed(next, JSON, 0, JSON.length() - 1);
      pass(next, 0);
      assertThat(next.isOpen()).as("there is room again").isTrue();
      feed(next, JSON, JSON.length() - 1, JSON.length());
      pass(next, FrameCheck.MOST_SECONDS);
      assertThat(next.isOpen()).as("between frames there is no hurry").isTrue();
    }
  }

  private static void pass(EmbeddedChannel channel, long seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }
}
