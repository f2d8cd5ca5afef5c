package dev.outpour.http.stream;

import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one group gets of one page: slices of a {@link PageBuffer}, neighbours merged, which go to
 * every socket of the group.
 *
 * <pre>
 * sequences    41        44             45
 * bytes      |id: …-41 |id: …-44 |id: …-45 y ended |
 * ends                 ^         ^                 ^
 * slices     |41 and 44 of the buffer|45|y ended|
 * </pre>
 *
 * <p>It lives as long as its buffer. For use by one thread.
 */
public final class EncodedPage {

  /** The encoding of no updates; it takes no memory. */
  public static final EncodedPage NOTHING =
      new EncodedPage(null, new long[0], new int[0], new int[0], new int[0]);

  private final @Nullable PageBuffer sheet;
  private final long[] sequences;
  private final int[] ends;

  /** Where each slice begins in the buffer. */
  private final int[] slices;

  /** Where each slice ends, counted in these bytes. */
  private final int[] sliceEnds;

  private EncodedPage(
      @Nullable PageBuffer sheet, long[] sequences, int[] ends, int[] slices, int[] sliceEnds) {
    this.sheet = sheet;
    this.sequences = sequences;
    this.ends = ends;
    this.slices = slices;
    this.sliceEnds = sliceEnds;
  }

  /** Builds what a group gets. */
  public static final class Builder {
    private final PageBuffer sheet;
    private final long[] sequences;
    private final int[] ends;
    private int[] slices = new int[1];
    private int[] sliceEnds = new int[1];
    private int events;
    private int count;
    private int length;

    public Builder(PageBuffer sheet, int events) {
      this.sheet = sheet;
      this.sequences = new long[events];
      this.ends = new int[events];
    }

    /**
     * Adds an update. The last update of a wanted topic and the event that says it has ended form
     * one unit, so that no part comes between them.
     *
     * @param shown the topics that the update may show; null if all of them
     * @param wanted which topics the group wants
     */
    public Builder add(int place, @Nullable List<Topic> shown, Predicate<Topic> wanted) {
      sheet.frame(place);
      if (shown == null) {
        slice(sheet.start(place), sheet.end(place));
      } else {
        int[] head = sheet.narrowed(place, shown);
        slice(head[0], head[1]);
        slice(sheet.tail(place), sheet.end(place));
      }
      Update update = sheet.update(place);
      if (update.end()) {
        for (int i = 0; i < update.topics().size(); i++) {
          if (wanted.test(update.topics().get(i))) {
            slice(sheet.wordEnd(place, i - 1), sheet.wordEnd(place, i));
          }
        }
      }
      sequences[events] = update.sequence();
      ends[events++] = length;
      return this;
    }

    private void slice(int from, int to) {
      boolean adjoins =
          count > 0 && slices[count - 1] + sliceEnds[count - 1] - sliceStart(count - 1) == from;
      if (!adjoins) {
        if (count == slices.length) {
          slices = Arrays.copyOf(slices, 2 * count);
          sliceEnds = Arrays.copyOf(sliceEnds, 2 * count);
        }
        slices[count++] = from;
      }
      length += to - from;
      sliceEnds[count - 1] = length;
    }

    private int sliceStart(int slice) {
      return slice == 0 ? 0 : sliceEnds[slice - 1];
    }

    public EncodedPage build() {
      return new EncodedPage(
          sheet, sequences, ends, Arrays.copyOf(slices, count), Arrays.copyOf(sliceEnds, count));
    }
  }

  /**
   * The events after a cursor, up to a number and a size, but at least one if there is one.
   *
   * @param after updates up to this number are left out
   * @param upTo updates beyond this number are left out
   * @param mostBytes about how much to take
   */
  public Part part(long after, long upTo, int mostBytes) {
    int first = firstBeyond(after);
    int end = firstBeyond(upTo);
    if (first >= end) {
      return new Part(this, 0, 0, after, upTo);
    }
    int last = first;
    while (last + 1 < end && ends[last + 1] - start(first) <= mostBytes) {
      last++;
    }
    return new Part(this, first, last + 1, after, last + 1 == end ? upTo : sequences[last]);
  }

  private int firstBeyond(long number) {
    int found = Arrays.binarySearch(sequences, number);
    return found >= 0 ? found + 1 : -found - 1;
  }

  private int start(int event) {
    return event == 0 ? 0 : ends[event - 1];
  }

  /** The index of the event, or the slice, that a byte is in. */
  private static int indexAt(int[] ends, int at) {
    if (ends.length > 0 && at < ends[0]) {
      return 0;
    }
    int found = Arrays.binarySearch(ends, at);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /**
   * Consecutive events. Their bytes are counted from 0.
   *
   * @param first the first event
   * @param end the event after the last one
   * @param after the cursor before them
   * @param to the cursor of a subscriber that has been given them
   */
  public record Part(EncodedPage frames, int first, int end, long after, long to) {

    public int events() {
      return end - first;
    }

    /** How many of them a subscriber with a cursor has been given. */
    public int eventsUpTo(long cursor) {
      return cursor >= to ? events() : Math.max(0, frames.firstBeyond(cursor) - first);
    }

    /** How many bytes that is. */
    public int bytesUpTo(long cursor) {
      return cursor >= to
          ? length()
          : frames.start(Math.max(first, frames.firstBeyond(cursor))) - from();
    }

    private int from() {
      return frames.start(first);
    }

    /** How many bytes they are. */
    public int length() {
      return frames.start(end) - from();
    }

    /** The number of the first event; there must be one. */
    public long firstSequence() {
      return frames.sequences[first];
    }

    /** Where the event that a byte is in ends. */
    public int eventEnd(int at) {
      return frames.ends[indexAt(frames.ends, from() + at)] - from();
    }

    /** How many bytes of its event come before a byte; 0 at the end of all. */
    public int offset(int at) {
      return at >= length() ? 0 : from() + at - frames.start(indexAt(frames.ends, from() + at));
    }

    /** The number of the event that a byte is in; not for the end of all. */
    long sequenceAt(int at) {
      return frames.sequences[indexAt(frames.ends, from() + at)];
    }

    /**
     * The cursor of a subscriber that has been given the bytes up to one: every match up to it was
     * given whole.
     */
    public long cursorAt(int at) {
      if (at >= length()) {
        return to;
      }
      if (offset(at) > 0) {
        return sequenceAt(at) - 1;
      }
      int event = indexAt(frames.ends, from() + at);
      return event == first ? after : frames.sequences[event - 1];
    }

    /** How many bytes are contiguous in memory from one on. */
    int run(int at) {
      int slice = indexAt(frames.sliceEnds, from() + at);
      return Math.min(frames.sliceEnds[slice] - from(), length()) - at;
    }

    /** How many slices there are at most. */
    int slices() {
      return frames.slices.length;
    }

    /** Where a byte is in the buffer. */
    int place(int at) {
      int slice = indexAt(frames.sliceEnds, from() + at);
      return frames.slices[slice] + from() + at - (slice == 0 ? 0 : frames.sliceEnds[slice - 1]);
    }

    /** The buffer's memory. */
    ByteBuf bytes() {
      if (frames.sheet == null) {
        throw new IllegalStateException("There are none");
      }
      return frames.sheet.bytes();
    }

    /** Copies some bytes. */
    void copy(int at, int length, ByteBuf out) {
      for (int from = at; from < at + length; ) {
        int run = Math.min(run(from), at + length - from);
        out.writeBytes(bytes(), place(from), run);
        from += run;
      }
    }
  }
}
