package dev.outpour.http;

import io.netty.buffer.ByteBufUtil;

/** What tests want of framed bytes. */
final class FrameSamples {

  private FrameSamples() {}

  /** The bytes of a part. */
  static byte[] bytes(Frames.Part part) {
    return ByteBufUtil.getBytes(part.bytes(), part.from(), part.length());
  }
}
