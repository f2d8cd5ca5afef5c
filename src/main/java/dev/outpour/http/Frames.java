package dev.outpour.http;

import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
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
 * <p>Immutable; not for use by several threads.
 */
final class Frames {

  private final Buffer bytes;
  private final long[] sequences;
  private final int[] ends;

  private Frames(Buffer bytes, long[] sequences, int[] ends) {
    this.bytes = bytes;
    this.sequences = sequences;
    this.ends = ends;
  }

  /**
   * Frames updates, in the order of the log. The last one of a topic that is wanted and the word
   * that it has ended are one event, so that no part comes between them.
   */
  static Frames of(List<Update> updates, EventFormat.Form form, Predicate<Topic> wanted) {
    int expected = 0;
    for (Update update : updates) {
      expected += update.data().length() + 64;
    }
    ByteBuf out = EventFormat.buffer(expected);
    long[] sequences = new long[updates.size()];
    int[] ends = new int[updates.size()];
    for (int i = 0; i < sequences.length; i++) {
      EventFormat.append(out, updates.get(i), form);
      if (updates.get(i).end()) {
        appendEnds(out, updates.get(i).topics(), wanted);
      }
      sequences[i] = updates.get(i).sequence();
      ends[i] = out.writerIndex();
    }
    return new Frames(BufferInternal.buffer(out), sequences, ends);
  }

  private static void appendEnds(ByteBuf out, List<Topic> topics, Predicate<Topic> wanted) {
    for (Topic topic : topics) {
      if (wanted.test(topic)) {
        out.writeBytes(Words.ended(topic).getBytes());
      }
    }
  }

  /** About how many bytes it takes. */
  int weight() {
    return 96 + bytes.length() + 12 * sequences.length;
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
      return new Part(Buffer.buffer(), 0, upTo);
    }
    int start = first == 0 ? 0 : ends[first - 1];
    int last = first;
    while (last + 1 < end && ends[last + 1] - start <= mostBytes) {
      last++;
    }
    long to = last + 1 == end ? upTo : sequences[last];
    return new Part(bytes.slice(start, ends[last]), last - first + 1, to);
  }

  private int firstBeyond(long number) {
    int found = Arrays.binarySearch(sequences, number);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /**
   * A part of the bytes.
   *
   * @param bytes whole events
   * @param events how many
   * @param to the cursor of a reader that has been given them
   */
  record Part(Buffer bytes, int events, long to) {}
}
