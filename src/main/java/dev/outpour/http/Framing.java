package dev.outpour.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** How blocks stand one after the other in bytes that many sockets share, and in what memory. */
enum Framing {
  /**
   * As they are, on the heap: who writes them frames them. They are never released, so that who
   * writes them may do so later.
   */
  PLAIN {
    @Override
    ByteBuf buffer(int expectedBytes) {
      return Unpooled.buffer(expectedBytes);
    }

    @Override
    ByteBuf shareable(ByteBuf out) {
      return Unpooled.unreleasableBuffer(out);
    }

    @Override
    int open(ByteBuf out) {
      return out.writerIndex();
    }

    @Override
    void close(ByteBuf out, int start) {}
  },

  /**
   * Each as a chunk of HTTP/1.1 (RFC 9112, section 7.1), so that any of them in a row can go to a
   * socket as they are, in memory that the kernel reads from directly.
   */
  CHUNKED {
    @Override
    ByteBuf buffer(int expectedBytes) {
      return PooledByteBufAllocator.DEFAULT.directBuffer(expectedBytes);
    }

    @Override
    ByteBuf shareable(ByteBuf out) {
      return out;
    }

    @Override
    int open(ByteBuf out) {
      int start = out.writerIndex();
      out.writeZero(MOST_DIGITS + 2);
      return start;
    }

    @Override
    void close(ByteBuf out, int start) {
      int from = start + MOST_DIGITS + 2;
      int length = out.writerIndex() - from;
      String size = Integer.toHexString(length) + "\r\n";
      out.setCharSequence(start, size, StandardCharsets.US_ASCII);
      // The room for the size was for the largest.
      out.setBytes(start + size.length(), out, from, length);
      out.writerIndex(start + size.length() + length);
      out.writeShort(LINE_END);
    }
  };

  private static final int MOST_DIGITS = 8;
  private static final int LINE_END = '\r' << 8 | '\n';

  /** Memory for blocks, to be released by who asks for it. */
  abstract ByteBuf buffer(int expectedBytes);

  /** What is shared of finished bytes. */
  abstract ByteBuf shareable(ByteBuf out);

  /** Begins a block; returns what {@link #close} wants to know. */
  abstract int open(ByteBuf out);

  /** Ends a block. */
  abstract void close(ByteBuf out, int start);
}
