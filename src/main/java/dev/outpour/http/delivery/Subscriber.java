package dev.outpour.http.delivery;

import dev.outpour.auth.Caller;
import dev.outpour.auth.Rights;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber: a cursor and a socket. It knows no topics.
 *
 * <p>While the kernel has not taken the last write it {@link #isBlocked} and is given nothing. For
 * use on its event loop only.
 */
public final class Subscriber implements StreamWriter.Listener {

  /** Where a subscriber stands towards the head of its event loop. */
  public enum State {
    /** It is not known yet where it begins. */
    LOCATING,
    /** It has not been given all up to the head. */
    BEHIND,
    /** Its cursor is the loop's head, whatever {@link #cursor} says. */
    LIVE,
    /** It comes from a faster loop or node, and waits for this one. */
    AHEAD,
    /** It subscribes to the hub's own topics, not to the log. */
    ASIDE,
    /** It has ended. */
    CLOSED
  }

  /** Is told what becomes of a subscriber's socket. */
  interface Owner {

    /** The kernel has taken the last write. */
    void drained(Subscriber subscriber);

    /** Lets a subscriber go. */
    void leave(Subscriber subscriber, CloseReason reason);
  }

  /**
   * What a subscriber was admitted with.
   *
   * @param caller who subscribes
   * @param endMillis when its stream has to end, in milliseconds since 1970; {@link Caller#NEVER}
   *     if never
   * @param asker whose turn it takes when the log is asked for it: its address
   * @param number its number among the subscribers of its process
   * @param closed is told once why its stream has ended
   */
  public record Admitted(
      Caller caller, long endMillis, Object asker, long number, Consumer<CloseReason> closed) {}

  final InterestGroup group;
  final Admitted admitted;

  private final StreamWriter writer;
  private @Nullable Owner owner;

  /** Where it asked to begin; null once it has begun. */
  private @Nullable Start start;

  /** The number up to which every match was written to this connection; see {@link State#LIVE}. */
  long cursor;

  /** The cursor at which it began. */
  long began;

  /** The lineage of {@link #cursor}; null until it is located. */
  @Nullable Lineage lineage;

  State state = State.LOCATING;

  /** Whether a first block has been written. */
  boolean begun;

  /** Where it begins, until that can be written. */
  @Nullable StartPosition located;

  /** The question that is open for it; null if there is none. */
  @Nullable Inquiry<?> inquiry;

  /** Its place in its group while it is live; kept by the group. */
  int place;

  /** Its slot in the wheel of heartbeats; kept by the wheel. */
  short slot;

  int slotPlace;

  /** Whether it waits to catch up; kept by {@link CatchUp}. */
  boolean queued;

  /** Whether it waits to know if removed updates were its own; kept by {@link CatchUp}. */
  boolean isOverRemoved;

  /** How many bytes of the event after its cursor were written; 0 between events. */
  private int offset;

  private int writtenBytes;
  private int pendingBytes;
  private long progressMillis;

  /** Creates a subscriber without rights or end. */
  public Subscriber(InterestGroup group, Start start, StreamWriter writer) {
    this(
        group,
        start,
        writer,
        new Admitted(Caller.anonymous(Rights.NONE), Caller.NEVER, "", 0, reason -> {}));
  }

  /** Creates a subscriber whose start is not located yet. */
  public Subscriber(InterestGroup group, Start start, StreamWriter writer, Admitted admitted) {
    this.group = group;
    this.start = start;
    this.writer = writer;
    this.admitted = admitted;
  }

  /** The group of those that want the same. */
  public InterestGroup group() {
    return group;
  }

  /** Who subscribes. */
  public Caller caller() {
    return admitted.caller();
  }

  /** Its number among the subscribers of its process. */
  public long number() {
    return admitted.number();
  }

  /** The lineage of its {@link #cursor()}; null until it is located. */
  public @Nullable Lineage lineage() {
    return lineage;
  }

  /** Where it stands towards the head of its event loop. */
  public State state() {
    return state;
  }

  /** The number up to which every match was written to this connection, unless it is live. */
  public long cursor() {
    return cursor;
  }

  /** Has an owner told of its socket. */
  void enter(Owner owner) {
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

  /** Whether the kernel has not taken the last write. */
  public boolean isBlocked() {
    return writer.isBlocked();
  }

  public boolean isClosed() {
    return state == State.CLOSED;
  }

  /** Whether its cursor is the same place in a lineage. */
  boolean standsOn(Lineage other) {
    return lineage != null && lineage.agrees(other, cursor);
  }

  /** Whether a log with this lineage has reached its place, or may yet. */
  boolean isWithin(Lineage other) {
    return lineage != null && other.includes(lineage.at(cursor));
  }

  /** Where it asked to begin; it must not have begun. */
  Start start() {
    return Objects.requireNonNull(start);
  }

  /** The position that it came with; empty if it has begun or came with none. */
  Optional<Position> asked() {
    return start instanceof Start.After after ? Optional.of(after.position()) : Optional.empty();
  }

  /** The position of its cursor; it must have begun and not be live. */
  Position position() {
    return Objects.requireNonNull(lineage).at(cursor);
  }

  /** Moves to a number of a lineage, up to which all was written. */
  void moveTo(long number, Lineage of) {
    cursor = number;
    lineage = of;
    start = null;
    located = null;
  }

  /** Writes blocks of the hub's own. */
  void write(Buffer blocks) {
    begun = true;
    writer.write(blocks);
    pendingBytes = Integer.MAX_VALUE;
  }

  /**
   * Writes events, or some of them; the last one perhaps in part. It continues an event that was
   * written in part.
   *
   * @return the number up to which every match has now been written whole
   */
  long write(EncodedPage.Part events) {
    int begun = offset;
    int written = writer.write(events, begun);
    pendingBytes = Integer.MAX_VALUE;
    writtenBytes = written - begun;
    offset = events.offset(written);
    return events.cursorAt(written);
  }

  /** How many bytes of events the last write took. */
  int writtenBytes() {
    return writtenBytes;
  }

  /**
   * Whether the event after its cursor was written in part: nothing else may be written before its
   * rest.
   */
  boolean isMidway() {
    return offset > 0;
  }

  /** Whether events continue the one that was written in part. */
  boolean goesOnWith(EncodedPage.Part events) {
    return events.events() > 0 && events.firstSequence() == cursor + 1;
  }

  /**
   * Looks whether the kernel takes what waits.
   *
   * @param nowMillis a clock that never falls
   * @return for how many milliseconds it has not taken a byte
   */
  long stalledMillis(long nowMillis) {
    int pending = (int) Math.min(writer.pendingBytes(), Integer.MAX_VALUE);
    if (pending < pendingBytes) {
      progressMillis = nowMillis;
    }
    pendingBytes = pending;
    return nowMillis - progressMillis;
  }

  /** Whether anything waits for the kernel. */
  boolean isWaiting() {
    return writer.pendingBytes() > 0;
  }

  /** The address at the other end of its connection; empty if there is none. */
  public String address() {
    return writer.address();
  }

  /** Whether the other end has gone without a word. */
  boolean isSilent() {
    return writer.isSilent();
  }

  /** Writes a last block and ends the response. */
  void end(Buffer last) {
    writer.end(last);
  }

  /** Ends a response to which nothing was written: nothing will come. */
  void decline() {
    writer.decline();
  }

  /** Ends the connection at once. */
  void reset() {
    writer.reset();
  }
}
