package dev.outpour.http;

import dev.outpour.update.Lineage;
import dev.outpour.update.Located;
import dev.outpour.update.Start;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A reader: a cursor and a socket. It knows neither topics nor pages.
 *
 * <p>While the kernel has not taken the last write, the stream is {@link #isBlocked} and is given
 * nothing. For use on its event loop only.
 */
final class EventStream {

  /** Where a reader stands towards the head of its event loop. */
  enum State {
    /** It is not known yet where it begins. */
    LOCATING,
    /** It has not been given all up to the head. */
    BEHIND,
    /** Its cursor is the loop's head, whatever {@link #cursor} says. */
    LIVE,
    /** It came from a faster loop or node, and waits for this one. */
    AHEAD,
    /** It has ended. */
    CLOSED
  }

  final Group group;
  final Start start;
  private final StreamWriter writer;

  /** The number up to which every match was written to this connection; see {@link State#LIVE}. */
  long cursor;

  /** The lineage that {@link #cursor} is a number of; null until it is located. */
  @Nullable Lineage lineage;

  State state = State.LOCATING;

  /** Whether a first block has been written. */
  boolean begun;

  /** Where it begins, while that cannot be written yet. */
  @Nullable Located located;

  /** Where it stands in its group while it is live; kept by the group. */
  int place;

  /** Where it stands in the wheel of heartbeats; kept by the wheel. */
  int slot;

  int slotPlace;

  /** Whether it waits in the queue of those behind; kept by the queue. */
  boolean queued;

  private boolean blocked;
  private long pendingBytes;
  private long progressMillis;

  EventStream(Group group, Start start, StreamWriter writer) {
    this.group = group;
    this.start = start;
    this.writer = writer;
  }

  void drainHandler(Runnable handler) {
    writer.drainHandler(handler);
  }

  boolean isBlocked() {
    return blocked;
  }

  boolean isClosed() {
    return state == State.CLOSED;
  }

  /** Whether its cursor stands for the same place in a lineage. */
  boolean standsOn(Lineage other) {
    return lineage != null && lineage.agrees(other, cursor);
  }

  /** Whether a log with this lineage has come by where it stands, or may yet. */
  boolean isWithin(Lineage other) {
    return lineage != null && other.includes(lineage.at(cursor));
  }

  /** Moves on to a number of a lineage, up to which all was written. */
  void moveTo(long number, Lineage of) {
    cursor = number;
    lineage = of;
  }

  /**
   * Writes whole blocks.
   *
   * @return whether the kernel took all of it, so that more may be written
   */
  boolean write(Buffer blocks) {
    begun = true;
    blocked = !writer.write(blocks);
    pendingBytes = Long.MAX_VALUE;
    return !blocked;
  }

  /** That the kernel has taken what was written last. */
  void drained() {
    blocked = false;
  }

  /**
   * Looks whether the kernel takes anything of what waits.
   *
   * @param nowMillis a clock that never falls
   * @return for how many milliseconds it has not taken a byte
   */
  long stalledMillis(long nowMillis) {
    long pending = writer.pendingBytes();
    if (pending < pendingBytes) {
      progressMillis = nowMillis;
    }
    pendingBytes = pending;
    return nowMillis - progressMillis;
  }

  /** Whether its other end has gone without a word. */
  boolean isSilent() {
    return writer.isSilent();
  }

  /** Writes a last block and ends the response. */
  void end(Buffer last) {
    writer.end(last);
  }

  /** Ends a response to which nothing was written: there is nothing to come. */
  void decline() {
    writer.decline();
  }

  /** Ends the connection at once. */
  void reset() {
    writer.reset();
  }
}
