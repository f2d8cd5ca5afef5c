package dev.outpour.http.delivery;

import dev.outpour.SseParser;
import dev.outpour.SseParser.Block;
import dev.outpour.SseParser.Event;
import dev.outpour.http.stream.EncodedPage;
import dev.outpour.http.stream.FrameSamples;
import dev.outpour.http.stream.StreamWriter;
import dev.outpour.http.stream.TransferCoding;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * A socket that takes what the test lets it take, and remembers it. It fails where it is written to
 * while bytes wait, which no socket of the hub may be.
 */
public final class RecordingWriter implements StreamWriter {

  private final Buffer taken = Buffer.buffer();
  private Buffer waiting;
  private Listener listener;
  private boolean clogged;
  private boolean whole;
  private boolean broken;
  private boolean ended;
  private boolean declined;
  private boolean reset;
  private boolean resetWhileBytesWait;

  /** Whether the kernel's buffer is full; letting go of it takes a call of {@link #drain}. */
  void clog() {
    clogged = true;
  }

  /** Has the kernel's buffer be full of the first event that comes, whole. */
  void clogByAnEvent() {
    clogged = true;
    whole = true;
  }

  /** Takes what waits and whatever comes. */
  void drain() {
    clogged = false;
    whole = false;
    if (waiting != null) {
      taken.appendBuffer(waiting);
      waiting = null;
      listener.drained();
    }
  }

  /** Breaks: of what waits a first part has gone out, of what comes nothing. */
  void breakAfter(double share) {
    broken = true;
    if (waiting != null) {
      taken.appendBuffer(waiting.slice(0, (int) (share * waiting.length())));
      waiting = null;
    }
  }

  @Override
  public TransferCoding framing() {
    return TransferCoding.PLAIN;
  }

  @Override
  public void listener(Listener hears) {
    listener = hears;
  }

  @Override
  public void write(Buffer bytes) {
    if (waiting != null || ended) {
      throw new IllegalStateException("Written to while bytes wait, or after the end");
    }
    if (clogged && !broken) {
      waiting = bytes.copy();
    } else if (!broken) {
      taken.appendBuffer(bytes);
    }
  }

  @Override
  public int write(EncodedPage.Part events, int from) {
    int length = events.length();
    // A socket without room takes a part, which may end within an event.
    int room = whole ? events.eventEnd(from) - from : Math.max(1, (length - from) / 2);
    int to = clogged && !broken ? from + room : length;
    byte[] bytes = FrameSamples.bytes(events, from, to - from);
    write(Buffer.buffer(bytes));
    if (clogged && !broken && to == length && waiting == null) {
      throw new IllegalStateException("Nothing waits");
    }
    return to;
  }

  @Override
  public boolean isBlocked() {
    return waiting != null;
  }

  @Override
  public String address() {
    return "";
  }

  @Override
  public boolean isSilent() {
    return false;
  }

  @Override
  public long pendingBytes() {
    return waiting == null ? 0 : waiting.length();
  }

  @Override
  public void end(Buffer last) {
    ended = true;
    if (waiting != null) {
      waiting.appendBuffer(last);
    } else if (!broken) {
      taken.appendBuffer(last);
    }
  }

  @Override
  public void reset() {
    reset = true;
    // Of what waited when it broke, the hub does not know how much has gone out.
    resetWhileBytesWait = waiting != null || broken;
    breakAfter(0);
  }

  @Override
  public void decline() {
    if (waiting != null || ended || taken.length() > 0) {
      throw new IllegalStateException("Declined after something was written");
    }
    ended = true;
    declined = true;
  }

  boolean isDeclined() {
    return declined;
  }

  /** Whether the hub has ended the connection without a word. */
  boolean isReset() {
    return reset;
  }

  boolean isEnded() {
    return ended;
  }

  /**
   * Whether what waited when the hub ended the connection was lost, which may be all of a block.
   */
  boolean isResetWhileBytesWait() {
    return resetWhileBytesWait;
  }

  /** All bytes that have arrived. */
  byte[] bytes() {
    return taken.getBytes();
  }

  /** The bytes that have arrived after the first so many. */
  byte[] bytesFrom(int from) {
    return taken.getBytes(from, taken.length());
  }

  private SseParser parsed() {
    return SseParser.parse(bytes());
  }

  String lastEventId() {
    return parsed().lastEventId();
  }

  List<Block> blocks() {
    return parsed().blocks();
  }

  public List<Event> events() {
    return parsed().events().stream().filter(event -> !event.isWord()).toList();
  }

  List<Event> words() {
    return parsed().events().stream().filter(Event::isWord).toList();
  }
}
