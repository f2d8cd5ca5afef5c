package dev.outpour.http.stream;

import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Page;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import dev.outpour.update.Update;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The updates of a page as bytes of one form, shared by all sockets: each update is encoded once,
 * when the first group wants it.
 *
 * <pre>
 * updates      41        44        45, the last of x and y     45 for those who may not know of y
 * bytes      |id: …-41 |id: …-44 |id: …-45 |x ended |y ended |id: …-45 {"topics":["x"]| and on in 45
 * </pre>
 *
 * <p>It is counted by references; sockets hold none. For use by one thread.
 */
public final class PageBuffer {

  /** Where the memory comes from. */
  public interface Room {

    /**
     * Takes bytes.
     *
     * @throws NoRoom if there are none now
     */
    void take(long bytes);

    /** Takes bytes that are in use already. */
    void takeAnyway(long bytes);

    /** Gives bytes back. */
    void give(long bytes);
  }

  /** The beginning of an update that shows some of its topics. */
  private record Narrowed(int place, List<Topic> shown) {}

  /** About what an event takes beside its data. */
  private static final int OVERHEAD = 80;

  private static final int LEAST_BYTES = 256;
  private static final int NOT_FRAMED = -1;

  /** For how many sets of rights the readable topics are kept. */
  private static final int MOST_KNOWN = 64;

  private static final ReadableTopics ALL = new ReadableTopics(Set.of());

  private final List<Update> updates;
  private final EventEncoder.Form form;
  private final TransferCoding framing;
  private final Room room;
  private final int[] starts;
  private final int[] ends;

  /** Where the part begins that is the same whatever topics are shown. */
  private final int[] tails;

  private final @Nullable EncodedPage[] alone;

  /** Where the events end that say which topics of an update have ended, in their order. */
  private final Map<Integer, int[]> words = new HashMap<>();

  private final Map<Narrowed, int[]> narrowed = new HashMap<>();
  private final Map<Set<TopicPattern>, ReadableTopics> known = new LinkedHashMap<>();
  private @Nullable ByteBuf bytes;
  private int taken;
  private int references = 1;

  public PageBuffer(Page page, EventEncoder.Form form, TransferCoding framing, Room room) {
    this(page.updates(), form, framing, room);
  }

  PageBuffer(List<Update> updates, EventEncoder.Form form, TransferCoding framing, Room room) {
    this.updates = updates;
    this.form = form;
    this.framing = framing;
    this.room = room;
    this.starts = new int[updates.size()];
    this.ends = new int[updates.size()];
    this.tails = new int[updates.size()];
    this.alone = new EncodedPage[updates.size()];
    Arrays.fill(starts, NOT_FRAMED);
  }

  /** Creates one whose memory has no bound. */
  public static PageBuffer alone(
      List<Update> updates, EventEncoder.Form form, TransferCoding framing) {
    return new PageBuffer(
        updates,
        form,
        framing,
        new Room() {
          @Override
          public void take(long bytes) {}

          @Override
          public void takeAnyway(long bytes) {}

          @Override
          public void give(long bytes) {}
        });
  }

  public PageBuffer retain() {
    references++;
    return this;
  }

  public void release() {
    if (--references == 0) {
      if (bytes != null) {
        bytes.release();
        bytes = null;
      }
      room.give(taken);
      taken = 0;
    }
  }

  /** Whether anyone else retains it. */
  public boolean isHeld() {
    return references > 1;
  }

  public boolean isReleased() {
    return references <= 0;
  }

  /** How many bytes it takes. */
  public int taken() {
    return taken;
  }

  /** The bytes; a byte may move in memory when another update is encoded. */
  ByteBuf bytes() {
    if (bytes == null) {
      throw new IllegalStateException("Nothing is framed, or it was released");
    }
    return bytes;
  }

  /** The place of an update in the page. */
  public int place(Update update) {
    long first = updates.get(0).sequence();
    int low = 0;
    int high = updates.size() - 1;
    // Numbers are nearly always consecutive.
    int middle = (int) Math.min(high, update.sequence() - first);
    while (updates.get(middle).sequence() != update.sequence()) {
      if (updates.get(middle).sequence() < update.sequence()) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
      if (low > high) {
        throw new IllegalArgumentException(update.position() + " is not on the page");
      }
      middle = (low + high) >>> 1;
    }
    return middle;
  }

  /** The topics that may be shown to those with certain rights; empty rights mean all. */
  public ReadableTopics known(Set<TopicPattern> rights) {
    if (rights.isEmpty()) {
      return ALL;
    }
    ReadableTopics found = known.get(rights);
    if (found == null) {
      if (known.size() == MOST_KNOWN) {
        known.remove(known.keySet().iterator().next());
      }
      found = new ReadableTopics(rights);
      known.put(rights, found);
    }
    return found;
  }

  Update update(int place) {
    return updates.get(place);
  }

  /** The encoding of one update as it is. */
  public EncodedPage alone(int place) {
    EncodedPage known = alone[place];
    if (known == null) {
      known = new EncodedPage.Builder(this, 1).add(place, null, topic -> false).build();
      alone[place] = known;
    }
    return known;
  }

  /** Reserves memory for some updates at once. */
  public void expect(UpdateSet places) {
    int expected = 0;
    for (int place = places.next(0); place >= 0; place = places.next(place + 1)) {
      expected += starts[place] == NOT_FRAMED ? expected(updates.get(place)) : 0;
    }
    if (expected > 0) {
      room(expected);
    }
  }

  private int expected(Update update) {
    int topics = 0;
    if (form == EventEncoder.Form.ENVELOPE || update.end()) {
      for (int i = 0; i < update.topics().size(); i++) {
        topics += update.topics().get(i).name().length() + OVERHEAD;
      }
    }
    return update.data().length() + OVERHEAD + topics;
  }

  /** Encodes an update, unless it has been. */
  public void frame(int place) {
    if (starts[place] != NOT_FRAMED) {
      return;
    }
    Update update = updates.get(place);
    ByteBuf out = room(expected(update));
    int start = out.writerIndex();
    try {
      int open = framing.open(out);
      int tail = EventEncoder.append(out, update, form);
      tails[place] = tail - framing.close(out, open);
      ends[place] = out.writerIndex();
      if (update.end()) {
        words.put(place, words(out, update));
      }
      starts[place] = start;
    } finally {
      if (starts[place] == NOT_FRAMED) {
        out.writerIndex(start);
      }
      settle(out);
    }
  }

  private int[] words(ByteBuf out, Update update) {
    int[] wordEnds = new int[update.topics().size()];
    for (int i = 0; i < wordEnds.length; i++) {
      int open = framing.open(out);
      out.writeBytes(ControlEvents.ended(update.topics().get(i), update.position()).getBytes());
      framing.close(out, open);
      wordEnds[i] = out.writerIndex();
    }
    return wordEnds;
  }

  /** Where the bytes of an update begin; it must have been encoded. */
  int start(int place) {
    return starts[place];
  }

  /** Where the bytes of an update end. */
  int end(int place) {
    return ends[place];
  }

  /** Where the bytes begin that are the same whatever topics are shown. */
  int tail(int place) {
    return tails[place];
  }

  /** Where the event ends that says a topic has ended; it begins where the one before ends. */
  int wordEnd(int place, int topic) {
    int[] known = words.get(place);
    return topic < 0 || known == null ? ends[place] : known[topic];
  }

  /** Where the beginning of an update is that shows some of its topics: from, to. */
  int[] narrowed(int place, List<Topic> shown) {
    Narrowed key = new Narrowed(place, shown);
    int[] known = narrowed.get(key);
    if (known != null) {
      return known;
    }
    Update update = updates.get(place);
    ByteBuf out = room(expected(update) - update.data().length());
    int start = out.writerIndex();
    boolean done = false;
    try {
      int open = framing.open(out);
      EventEncoder.appendHead(out, update, shown, form);
      framing.close(out, open, ends[place] - tails[place] - framing.endLength());
      done = true;
    } finally {
      if (!done) {
        out.writerIndex(start);
      }
      settle(out);
    }
    int[] made = {start, out.writerIndex()};
    narrowed.put(key, made);
    return made;
  }

  /** Memory for some more bytes. */
  private ByteBuf room(int expected) {
    ByteBuf out = bytes;
    if (out != null && out.writableBytes() >= expected) {
      return out;
    }
    int used = out == null ? 0 : out.writerIndex();
    int capacity = Math.max(LEAST_BYTES, Math.max(used + expected, used + used / 2));
    room.take(capacity - taken);
    try {
      out = out == null ? TransferCoding.buffer(capacity) : out.capacity(capacity);
    } catch (OutOfMemoryError e) {
      room.give(capacity - taken);
      throw new NoRoom();
    }
    bytes = out;
    taken = capacity;
    return out;
  }

  /** Counts by how much it has grown more than expected. */
  private void settle(ByteBuf out) {
    room.takeAnyway(out.capacity() - taken);
    taken = out.capacity();
  }
}
