package dev.outpour.http.interest;

import dev.outpour.auth.Caller;
import dev.outpour.auth.Rights;
import dev.outpour.http.limit.ClientQuota.Seat;
import dev.outpour.http.stream.EncodedPage;
import dev.outpour.http.stream.StreamWriter;
import dev.outpour.log.Inquiry;
import dev.outpour.metrics.CloseReason;
import dev.outpour.update.Lineage;
import dev.outpour.update.Position;
import dev.outpour.update.Start;
import dev.outpour.update.StartPosition;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A reader: a cursor and a socket. It knows no topics.
 *
 * <p>While the kernel has not taken the last write, the stream is {@link #isBlocked} and is given
 * nothing. For use on its event loop only.
 */
public final class Subscriber implements StreamWriter.Listener {

  /** Where a reader stands towards the head of its event loop. */
  public enum State {
    /** It is not known yet where it begins. */
    LOCATING,
    /** It has not been given all up to the head. */
    BEHIND,
    /** Its cursor is the loop's head, whatever {@link #cursor} says. */
    LIVE,
    /** It came from a faster loop or node, and waits for this one. */
    AHEAD,
    /** It reads what the hub itself tells, and nothing of the log. */
    ASIDE,
    /** It has ended. */
    CLOSED
  }

  /** Hears what becomes of a subscriber's socket. */
  public interface Owner {

    /** The kernel has taken what was written last. */
    void drained(Subscriber subscriber);

    /** Lets a subscriber go. */
    void leave(Subscriber subscriber, CloseReason reason);
  }

  public final InterestGroup group;

  /** Who reads. */
  public final Caller caller;

  /** Until when it may go on; {@link Caller#NEVER} if without end. */
  public final long endMillis;

  private final StreamWriter writer;
  private @Nullable Owner owner;

  /** Where it asked to begin; null once it has. */
  private @Nullable Start start;

  /** The number up to which every match was written to this connection; see {@link State#LIVE}. */
  public long cursor;

  /** The cursor with which it began. */
  public long began;

  /** The lineage that {@link #cursor} is a number of; null until it is located. */
  @Nullable public Lineage lineage;

  public State state = State.LOCATING;

  /** Whether a first block has been written. */
  public boolean begun;

  /** Where it begins, while that cannot be written yet. */
  @Nullable public StartPosition located;

  /** Whose turn it takes when it asks the log something: its address. */
  public Object asker = "";

  /** What the log is asked for it; null if nothing is. */
  @Nullable public Inquiry<?> inquiry;

  /** Where it stands in its group while it is live; kept by the group. */
  public int place;

  /** Where it stands in the wheel of heartbeats; kept by the wheel. */
  public short slot;

  public int slotPlace;

  /** Whether it waits in the queue of those behind; kept by the queue. */
  public boolean queued;

  /** Whether it waits to know if it has lost something by what was removed; kept by the queue. */
  public boolean isOverRemoved;

  /** What it takes of the limit of its address. */
  public Seat seat = Seat.FREE;

  /** What it is called among the readers of its process, and when it came. */
  public long number;

  /** How many bytes of the event after its cursor were written; 0 at the end of an event. */
  private int offset;

  private int writtenBytes;
  private int pendingBytes;
  private long progressMillis;

  /** A reader whom nobody knows. */
  public Subscriber(InterestGroup group, Start start, StreamWriter writer) {
    this(group, start, writer, Caller.anonymous(Rights.NONE), Caller.NEVER);
  }

  public Subscriber(
      InterestGroup group, Start start, StreamWriter writer, Caller caller, long endMillis) {
    this.group = group;
    this.caller = caller;
    this.endMillis = endMillis;
    this.start = start;
    this.writer = writer;
  }

  /** Has its owner hear of its socket. */
  public void enter(Owner owner) {
    this.owner = owner;
    writer.listener(this);
  }

  @Override
  public void drained() {
    if (owner != null) {
      owner.drained(this);
    }
  }

  @Override
  public void closed() {
    if (owner != null) {
      owner.leave(this, CloseReason.GONE);
    }
  }

  /** Whether the kernel has not taken what was written last. */
  public boolean isBlocked() {
    return writer.isBlocked();
  }

  public boolean isClosed() {
    return state == State.CLOSED;
  }

  /** Whether its cursor stands for the same place in a lineage. */
  public boolean standsOn(Lineage other) {
    return lineage != null && lineage.agrees(other, cursor);
  }

  /** Whether a log with this lineage has come by where it stands, or may yet. */
  public boolean isWithin(Lineage other) {
    return lineage != null && other.includes(lineage.at(cursor));
  }

  /** Where it asked to begin; it has not begun yet. */
  public Start start() {
    return Objects.requireNonNull(start);
  }

  /** The position that it came with, while it has not begun; empty if it came with none. */
  public Optional<Position> asked() {
    return start instanceof Start.After after ? Optional.of(after.position()) : Optional.empty();
  }

  /** Where {@link #cursor} is in its lineage; not for a reader who has not begun, or is live. */
  public Position position() {
    return Objects.requireNonNull(lineage).at(cursor);
  }

  /** Moves on to a number of a lineage, up to which all was written. */
  public void moveTo(long number, Lineage of) {
    cursor = number;
    lineage = of;
    start = null;
    located = null;
  }

  /** Writes blocks of the hub's own. */
  public void write(Buffer blocks) {
    begun = true;
    writer.write(blocks);
    pendingBytes = Integer.MAX_VALUE;
  }

  /**
   * Writes events, or the first of them; of the last one perhaps a part. Where a part of the first
   * was written before, it goes on from there.
   *
   * @return the number up to which every match has now been written whole
   */
  public long write(EncodedPage.Part events) {
    int begun = offset;
    int written = writer.write(events, begun);
    pendingBytes = Integer.MAX_VALUE;
    writtenBytes = written - begun;
    offset = events.offset(written);
    return events.cursorAt(written);
  }

  /** How many bytes of events were written last. */
  public int writtenBytes() {
    return writtenBytes;
  }

  /**
   * Whether an event was written in part, the one after its cursor: nothing else may be written
   * before the rest of it.
   */
  public boolean isMidway() {
    return offset > 0;
  }

  /** Whether events go on with the one that was written in part. */
  public boolean goesOnWith(EncodedPage.Part events) {
    return events.events() > 0 && events.firstSequence() == cursor + 1;
  }

  /**
   * Looks whether the kernel takes anything of what waits.
   *
   * @param nowMillis a clock that never falls
   * @return for how many milliseconds it has not taken a byte
   */
  public long stalledMillis(long nowMillis) {
    int pending = (int) Math.min(writer.pendingBytes(), Integer.MAX_VALUE);
    if (pending < pendingBytes) {
      progressMillis = nowMillis;
    }
    pendingBytes = pending;
    return nowMillis - progressMillis;
  }

  /** Whether anything waits for the kernel to take it. */
  public boolean isWaiting() {
    return writer.pendingBytes() > 0;
  }

  /** The address at the other end of its connection; empty if there is none. */
  public String address() {
    return writer.address();
  }

  /** Whether its other end has gone without a word. */
  public boolean isSilent() {
    return writer.isSilent();
  }

  /** Writes a last block and ends the response. */
  public void end(Buffer last) {
    writer.end(last);
  }

  /** Ends a response to which nothing was written: there is nothing to come. */
  public void decline() {
    writer.decline();
  }

  /** Ends the connection at once. */
  public void reset() {
    writer.reset();
  }
}
