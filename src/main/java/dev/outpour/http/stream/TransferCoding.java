package dev.outpour.http.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** The transfer coding of the bytes that sockets share (RFC 9112, section 7). */
public enum TransferCoding {
  /** No coding: the writer adds it. */
  PLAIN {
    @Override
    int open(ByteBuf out) {
      return out.writerIndex();
    }

    @Override
    int close(ByteBuf out, int start, int more) {
      return 0;
    }

    @Override
    int endLength() {
      return 0;
    }
  },

  /**
   * Each as a chunk of HTTP/1.1 (RFC 9112, section 7.1), so that any of them in a row can go to a
   * socket as they are.
   */
  CHUNKED {
    @Override
    int open(ByteBuf out) {
      int start = out.writerIndex();
      out.writeZero(MOST_DIGITS + 2);
      return start;
    }

    @Override
    int close(ByteBuf out, int start, int more) {
      int from = start + MOST_DIGITS + 2;
      int length = out.writerIndex() - from;
      int digits = writeHex(out, start, length + more);
      out.setShort(start + digits, LINE_END);
      // The space for the size was for the largest.
      int moved = start + digits + 2;
      out.setBytes(moved, out, from, length);
      out.writerIndex(moved + length);
      if (more == 0) {
        out.writeShort(LINE_END);
      }
      return MOST_DIGITS - digits;
    }

    @Override
    int endLength() {
      return 2;
    }
  };

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int MOST_DIGITS = 8;
  private static final int LINE_END = '\r' << 8 | '\n';

  /**
   * Writes a number above 0 in hexadecimal without leading zeros; returns how many digits it has.
   */
  private static int writeHex(ByteBuf out, int at, int number) {
    int digits = (Integer.SIZE - Integer.numberOfLeadingZeros(number) + 3) / 4;
    int rest = number;
    for (int i = digits - 1; i >= 0; i--) {
      out.setByte(at + i, HEX[rest & 15]);
      rest >>>= 4;
    }
    return digits;
  }

  /** Memory that the kernel can read from directly; the caller releases it. */
  static ByteBuf buffer(int expectedBytes) {
    return PooledByteBufAllocator.DEFAULT.directBuffer(expectedBytes);
  }

  /** Begins a block; returns what {@link #close} has to be given. */
  abstract int open(ByteBuf out);

  /**
   * Ends a block.
   *
   * @param more how many bytes of it follow elsewhere, with its end; 0: none
   * @return by how many bytes the block was moved towards its beginning
   */
  abstract int close(ByteBuf out, int start, int more);

  /** How many bytes end a block. */
  abstract int endLength();

  /** Ends a complete block. */
  int close(ByteBuf out, int start) {
    return close(out, start, 0);
  }
}
