package dev.outpour.log;

import dev.outpour.api.PublicApi;
import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.update.Interest;
import dev.outpour.update.Page;
import dev.outpour.update.Position;
import dev.outpour.update.Start;
import dev.outpour.update.StartPosition;
import dev.outpour.update.Truncation;
import dev.outpour.update.Update;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log for a verticle: calls a handler with every update after a cursor, once and in
 * order. While paused it costs nothing but its cursor.
 *
 * <p>Handlers are called on the context that began to listen; the methods may be called from any
 * thread.
 */
@PublicApi
public final class UpdateListener {

  private static final long RETRY_MILLIS = 500;
  private static final Interest NOTHING = new Interest(Set.of(), Set.of());

  private final Vertx vertx;
  private final LocalLog log;
  private final Context context;
  private final Start start;
  private final Handler<Update> handler;
  private Future<GrowthSignal> signal = Future.failedFuture("Not listening yet");
  private @Nullable String logId;
  private @Nullable Page page;
  private long cursor;
  private int next;
  private boolean busy;
  private @Nullable Handler<Truncation> truncationHandler;
  private @Nullable Truncation untold;
  private volatile boolean paused;
  private volatile boolean closed;

  UpdateListener(Vertx vertx, LocalLog log, @Nullable Position from, Handler<Update> handler) {
    this.vertx = vertx;
    this.log = log;
    this.context = vertx.getOrCreateContext();
    this.start = from == null ? now(log) : new Start.After(from);
    this.handler = handler;
  }

  /** The head at this moment, so that nothing is missed that is published after the call. */
  private static Start now(LocalLog log) {
    LogDescription known = log.description();
    return known == null ? new Start.Now() : new Start.After(known.head().position());
  }

  UpdateListener start() {
    context.runOnContext(
        begun -> {
          log.follow();
          signal = log.onGrowth(this::advance);
          signal.onSuccess(listening -> advance());
        });
    return this;
  }

  /**
   * Sets the handler that is told that updates were missed for good; reading goes on with what is
   * there.
   */
  public UpdateListener truncationHandler(Handler<Truncation> handler) {
    Optional<Truncation> missed = setTruncationHandler(handler);
    missed.ifPresent(truncation -> context.runOnContext(turn -> handler.handle(truncation)));
    return this;
  }

  /** Sets it; returns what was to be told before. */
  private synchronized Optional<Truncation> setTruncationHandler(Handler<Truncation> handler) {
    Optional<Truncation> missed = Optional.ofNullable(untold);
    truncationHandler = handler;
    untold = null;
    return missed;
  }

  /** Gives no more updates until {@link #resume}. */
  public void pause() {
    paused = true;
  }

  /** Goes on where it was paused. */
  public void resume() {
    paused = false;
    context.runOnContext(begun -> advance());
  }

  /** Ends; once the future has completed, no handler is called any more. */
  public Future<Void> close() {
    closed = true;
    Promise<Void> done = Promise.promise();
    context.runOnContext(turn -> stopListening().onComplete(done));
    return done.future();
  }

  private Future<Void> stopListening() {
    return signal.transform(
        listening -> listening.succeeded() ? listening.result().close() : Future.succeededFuture());
  }

  private void advance() {
    LogDescription known = log.description();
    if (busy || closed || known == null) {
      return;
    }
    if (logId == null || !logId.equals(known.logId())) {
      locate(known);
      return;
    }
    while (!paused && !closed) {
      Page current = page;
      if (current == null || next == current.updates().size()) {
        cursor = current == null ? cursor : Math.max(cursor, current.to());
        page = null;
        if (cursor >= known.head().last() || !turnPage()) {
          return;
        }
        continue;
      }
      Update update = current.updates().get(next++);
      if (update.sequence() > cursor) {
        cursor = update.sequence();
        give(update);
      }
    }
  }

  /** Calls the handler. What it throws is reported to the context, and the next update follows. */
  private void give(Update update) {
    try {
      handler.handle(update);
    } catch (RuntimeException e) {
      context.runOnContext(turn -> advance());
      throw e;
    }
  }

  private void locate(LogDescription known) {
    busy = true;
    // A log that took the place of the first one does not know this cursor.
    Start from = logId == null ? start : new Start.Unreadable();
    log.locate(from, NOTHING)
        .onSuccess(located -> begin(known.logId(), located))
        .onComplete(located -> again(located.succeeded()));
  }

  private void begin(String id, StartPosition located) {
    logId = id;
    cursor = located.cursor();
    page = null;
    next = 0;
    located.truncation().ifPresent(this::tell);
  }

  private void tell(Truncation truncation) {
    Handler<Truncation> told;
    synchronized (this) {
      told = truncationHandler;
      untold = told == null ? truncation : null;
    }
    if (told != null) {
      told.handle(truncation);
    }
  }

  /** Takes the next page if it is held here; otherwise reads it and goes on later. */
  private boolean turnPage() {
    Page held = log.held(cursor);
    if (held != null) {
      open(held);
      return true;
    }
    busy = true;
    log.read(cursor).onSuccess(this::open).onComplete(read -> again(read.succeeded()));
    return false;
  }

  private void open(Page opened) {
    if (opened.earliest() > cursor + 1) {
      Position asked = opened.lineage().at(cursor);
      cursor = Math.min(opened.earliest() - 1, opened.to());
      tell(new Truncation(Optional.of(asked), Truncation.Reason.EXPIRED));
    }
    if (opened.damaged() && cursor < opened.to()) {
      Position asked = opened.lineage().at(cursor);
      tell(new Truncation(Optional.of(asked), Truncation.Reason.DAMAGED));
    }
    page = opened;
    next = 0;
  }

  private void again(boolean atOnce) {
    busy = false;
    if (atOnce) {
      context.runOnContext(turn -> advance());
    } else {
      vertx.setTimer(RETRY_MILLIS, fired -> advance());
    }
  }
}
