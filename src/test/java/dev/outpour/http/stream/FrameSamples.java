package dev.outpour.http.stream;

import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.function.Predicate;

/** What tests want of framed bytes. */
public final class FrameSamples {

  private FrameSamples() {}

  /** The bytes of a part. */
  static byte[] bytes(EncodedPage.Part part) {
    return bytes(part, 0, part.length());
  }

  /** Some bytes of a part. */
  public static byte[] bytes(EncodedPage.Part part, int from, int length) {
    ByteBuf out = Unpooled.buffer(Math.max(1, length));
    if (length > 0) {
      part.copy(from, length, out);
    }
    return ByteBufUtil.getBytes(out);
  }

  /** What a group gets that wants some topics of updates. */
  static EncodedPage frames(
      List<Update> updates,
      EventEncoder.Form form,
      TransferCoding framing,
      Predicate<Topic> wanted) {
    if (updates.isEmpty()) {
      return EncodedPage.NOTHING;
    }
    PageBuffer sheet = PageBuffer.alone(updates, form, framing);
    EncodedPage.Builder frames = new EncodedPage.Builder(sheet, updates.size());
    for (int place = 0; place < updates.size(); place++) {
      frames.add(place, null, wanted);
    }
    return frames.build();
  }
}
