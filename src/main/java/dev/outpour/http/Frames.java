package dev.outpour.http;

import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * What one group of readers gets of one page, as bytes that go to every socket of the group.
 *
 * <pre>
 *   sequences    41        44    45
 *   bytes      |id: …-41 |…-44 |…-45|
 *   ends                 ^     ^    ^
 * </pre>
 *
 * <p>The bytes do not change, and may be memory outside the heap: who holds on to them retains and
 * releases them. For use by one thread.
 */
final class Frames {

  /** Of no updates; it takes no memory. */
  static final Frames NOTHING = new Frames(Unpooled.EMPTY_BUFFER, new long[0], new int[0]);

  private final ByteBuf bytes;

  /** Where the bytes are in memory, asked for once; 0 on the heap. */
  private final long address;

  private final long[] sequences;
  private final int[] ends;

  private Frames(ByteBuf bytes, long[] sequences, int[] ends) {
    this.bytes = bytes;
    this.address = bytes.hasMemoryAddress() ? bytes.memoryAddress() : 0;
    this.sequences = sequences;
    this.ends = ends;
  }

  /**
   * Frames updates, in the order of the log. The last one of a topic that is wanted and the word
   * that it has ended are one event, so that no part comes between them.
   */
  static Frames of(
      List<Update> updates, EventFormat.Form form, Framing framing, Predicate<Topic> wanted) {
    int expected = 0;
    for (Update update : updates) {
      expected += update.data().length() + 80;
    }
    ByteBuf out = framing.buffer(expected);
    long[] sequences = new long[updates.size()];
    int[] ends = new int[updates.size()];
    for (int i = 0; i < sequences.length; i++) {
      Update update = updates.get(i);
      int start = framing.open(out);
      EventFormat.append(out, update, form);
      if (update.end()) {
        appendEnds(out, update.topics(), wanted);
      }
      framing.close(out, start);
      sequences[i] = update.sequence();
      ends[i] = out.writerIndex();
    }
    return new Frames(framing.shareable(out), sequences, ends);
  }

  private static void appendEnds(ByteBuf out, List<Topic> topics, Predicate<Topic> wanted) {
    for (Topic topic : topics) {
      if (wanted.test(topic)) {
        out.writeBytes(Words.ended(topic).getBytes());
      }
    }
  }

  /** Keeps the bytes until they are released once more. */
  Frames retain() {
    bytes.retain();
    return this;
  }

  void release() {
    bytes.release();
  }

  /** About how many bytes it takes. */
  int weight() {
    return 160 + bytes.capacity() + 12 * sequences.length;
  }

  /**
   * What comes after a cursor, up to a number and a size, but one event at least if there is one.
   *
   * @param after events up to this number are left out
   * @param upTo events beyond this number are left out
   * @param mostBytes about how much to take
   */
  Part part(long after, long upTo, int mostBytes) {
    int first = firstBeyond(after);
    int end = firstBeyond(upTo);
    if (first >= end) {
      return new Part(this, 0, 0, upTo);
    }
    int last = first;
    while (last + 1 < end && ends[last + 1] - start(first) <= mostBytes) {
      last++;
    }
    return new Part(this, first, last + 1, last + 1 == end ? upTo : sequences[last]);
  }

  private int firstBeyond(long number) {
    int found = Arrays.binarySearch(sequences, number);
    return found >= 0 ? found + 1 : -found - 1;
  }

  private int start(int event) {
    return event == 0 ? 0 : ends[event - 1];
  }

  /**
   * Some events in a row.
   *
   * @param first the first event
   * @param end the event after the last one
   * @param to the cursor of a reader that has been given them
   */
  record Part(Frames frames, int first, int end, long to) {

    int events() {
      return end - first;
    }

    /** How many of them a reader has been given whose cursor is a number of these. */
    int eventsUpTo(long cursor) {
      return cursor >= to ? events() : frames.firstBeyond(cursor) - first;
    }

    /** How many bytes those are. */
    int bytesUpTo(long cursor) {
      return cursor >= to
          ? length()
          : frames.start(Math.max(first, frames.firstBeyond(cursor))) - from();
    }

    /** Where they are found. */
    ByteBuf bytes() {
      return frames.bytes;
    }

    /** Where the first byte of the {@link #bytes} is in memory; 0 if they are on the heap. */
    long address() {
      return frames.address;
    }

    /** Where they begin in the {@link #bytes}. */
    int from() {
      return frames.start(first);
    }

    /** How many bytes they are. */
    int length() {
      return frames.start(end) - from();
    }

    /**
     * The events up to the one in which a byte is, that one included.
     *
     * @param at where the byte is, before the end of this part
     */
    Part through(int at) {
      int last = first;
      while (frames.ends[last] <= at) {
        last++;
      }
      return last + 1 == end ? this : new Part(frames, first, last + 1, frames.sequences[last]);
    }
  }
}
