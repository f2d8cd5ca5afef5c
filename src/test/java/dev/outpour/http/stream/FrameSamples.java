package dev.outpour.http;

import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.function.Predicate;

/** What tests want of framed bytes. */
final class FrameSamples {

  private FrameSamples() {}

  /** The bytes of a part. */
  static byte[] bytes(Frames.Part part) {
    return bytes(part, 0, part.length());
  }

  /** Some bytes of a part. */
  static byte[] bytes(Frames.Part part, int from, int length) {
    ByteBuf out = Unpooled.buffer(Math.max(1, length));
    if (length > 0) {
      part.copy(from, length, out);
    }
    return ByteBufUtil.getBytes(out);
  }

  /** What a group gets that wants some topics of updates. */
  static Frames frames(
      List<Update> updates, EventFormat.Form form, Framing framing, Predicate<Topic> wanted) {
    if (updates.isEmpty()) {
      return Frames.NOTHING;
    }
    Sheet sheet = Sheet.alone(updates, form, framing);
    Frames.Builder frames = new Frames.Builder(sheet, updates.size());
    for (int place = 0; place < updates.size(); place++) {
      frames.add(place, null, wanted);
    }
    return frames.build();
  }
}
