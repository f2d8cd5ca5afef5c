package dev.outpour.sse;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Splits an event stream into blocks by the WHATWG standard (HTML, section 9.2.6), however its
 * bytes are split. Not thread-safe.
 *
 * <p>The consumer receives each block when the empty line after it arrives. It must not keep the
 * block: the same object is used for the next one.
 */
public final class EventParser {
  private static final byte[] NO_BYTES = {};
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final Consumer<EventBlock> onBlock;
  private final EventBlock block = new EventBlock();

  /** The bytes of the block that is not complete yet. */
  private byte[] held = NO_BYTES;

  private int heldLength;

  /** Where the line begins, relative to the start of the block. */
  private int line;

  private boolean started;
  private boolean afterCr;

  public EventParser(Consumer<EventBlock> onBlock) {
    this.onBlock = onBlock;
  }

  /** Parses bytes; the array is not kept. */
  public void feed(byte[] input, int from, int to) {
    if (heldLength == 0) {
      block.begin(input, from);
      scan(input, from, to);
      hold(input, to);
    } else {
      int begin = heldLength;
      append(input, from, to);
      block.begin(held, 0);
      scan(held, begin, heldLength);
      hold(held, heldLength);
    }
  }

  private void append(byte[] input, int from, int to) {
    int length = heldLength + to - from;
    if (length > held.length) {
      held = Arrays.copyOf(held, Math.max(length, 2 * heldLength));
    }
    System.arraycopy(input, from, held, heldLength, to - from);
    heldLength = length;
  }

  /** Copies the incomplete block into this parser's own array. */
  private void hold(byte[] bytes, int to) {
    heldLength = to - block.start();
    if (heldLength == 0) {
      held = NO_BYTES;
    } else if (bytes != held || block.start() > 0) {
      held = Arrays.copyOfRange(bytes, block.start(), to);
    }
    block.begin(held, 0);
  }

  private void scan(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      byte b = bytes[at];
      // Fast path: most bytes do not end a line.
      if (b > '\r' && !afterCr) {
        continue;
      }
      if (b == '\n' && afterCr) {
        line = at + 1 - block.start();
        afterCr = false;
      } else if (b == '\n' || b == '\r') {
        afterCr = b == '\r';
        endLine(bytes, at);
      } else {
        afterCr = false;
      }
    }
  }

  private void endLine(byte[] bytes, int to) {
    int from = block.start() + line;
    if (!started) {
      started = true;
      from += startsWithMark(bytes, from, to) ? BYTE_ORDER_MARK.length : 0;
    }
    if (from < to) {
      block.field(from, to);
      line = to + 1 - block.start();
    } else {
      onBlock.accept(block);
      block.clear();
      block.begin(bytes, to + 1);
      line = 0;
    }
  }

  private static boolean startsWithMark(byte[] bytes, int from, int to) {
    int end = from + BYTE_ORDER_MARK.length;
    return end <= to && Arrays.equals(bytes, from, end, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length);
  }
}
