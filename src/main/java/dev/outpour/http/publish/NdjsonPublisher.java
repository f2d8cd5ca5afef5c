package dev.outpour.http.publish;

import dev.outpour.http.limit.MemoryGuard;
import dev.outpour.log.PublishQueue;
import dev.outpour.loop.TurnBudget;
import dev.outpour.update.Draft;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the lines of an {@code application/x-ndjson} body as they arrive.
 *
 * <p>Lines end with LF or CRLF and are counted from 1; blank lines count and are skipped. The
 * committed lines are always the beginning of the body: publishing stops at the first line that is
 * refused. The request is paused while a batch is full.
 *
 * <p>If the last line is to end its topics, one line is held back, since it may be the last one. It
 * is published when another line follows, or as the end when the body is complete. Otherwise it is
 * dropped, and nothing ends. For use on the event loop of the request.
 */
final class NdjsonPublisher implements LineBatcher.Listener {

  private static final int REQUEST_TIMEOUT = 408;

  /**
   * Why publishing stopped before the end.
   *
   * @param line the number of the line that was refused
   * @param failure the exception, if the hub failed
   */
  record Stop(long line, Refusal refusal, Optional<Throwable> failure) {}

  private final Vertx vertx;
  private final AdmittedPublish publish;
  private final MemoryGuard memory;
  private final Consumer<NdjsonPublisher> onEnd;
  private final HttpServerRequest request;
  private final LineBatcher batcher;
  private final LineSplitter splitter;

  private @Nullable LineDeadline deadline;
  private @Nullable Draft heldBack;
  private long heldBackNumber;
  private boolean ended;
  private boolean reported;
  private @Nullable Stop stop;

  /**
   * @param onEnd called once, when nothing more will be published
   * @param maxBytes the longest line
   */
  NdjsonPublisher(
      Vertx vertx,
      PublishQueue queue,
      AdmittedPublish publish,
      MemoryGuard memory,
      int maxBytes,
      Consumer<NdjsonPublisher> onEnd) {
    this.vertx = vertx;
    this.publish = publish;
    this.memory = memory;
    this.onEnd = onEnd;
    this.request = publish.request();
    this.batcher = new LineBatcher(vertx, queue, publish, this);
    this.splitter = new LineSplitter(maxBytes, this::accept);
  }

  void start() {
    request.handler(this::feed);
    request.endHandler(end -> end(true));
    request.exceptionHandler(gone -> end(false));
    deadline = new LineDeadline(vertx, TurnBudget::nowMillis, this::expire);
  }

  HttpServerRequest request() {
    return request;
  }

  LineBatcher.Committed committed() {
    return batcher.committed();
  }

  /** Why publishing stopped; null if it reached the end. */
  @Nullable Stop stop() {
    return stop;
  }

  /** Accepts no more lines: publishes those that are complete, then answers. */
  void drain() {
    if (!isStopped()) {
      stopHere(
          Refusal.unavailable("The hub is shutting down: send this line and those after it again"));
      setDeadline();
    }
  }

  private void feed(Buffer chunk) {
    if (isStopped()) {
      return;
    }
    try {
      publish.checkStillValid();
      memory.check();
      splitter.feed(chunk);
    } catch (RefusedException e) {
      refuse(splitter.number(), e.refusal(), Optional.empty());
    }
    setDeadline();
    proceed();
  }

  private void accept(long number, Buffer line) {
    if (isStopped() || isBlank(line)) {
      return;
    }
    try {
      Draft draft = publish.head().line(line, number);
      releaseHeldBack();
      if (publish.head().end()) {
        heldBack = draft;
        heldBackNumber = number;
      } else {
        batcher.add(number, draft);
      }
    } catch (RefusedException e) {
      refuse(number, e.refusal(), Optional.empty());
    } catch (RuntimeException e) {
      refuse(number, Refusal.failed(), Optional.of(e));
    }
  }

  /** Publishes the line that was held back: it was not the last one. */
  private void releaseHeldBack() {
    Draft line = heldBack;
    heldBack = null;
    if (line != null) {
      batcher.add(heldBackNumber, line);
    }
  }

  private static boolean isBlank(Buffer line) {
    for (int i = 0; i < line.length(); i++) {
      if (line.getByte(i) != ' ' && line.getByte(i) != '\t') {
        return false;
      }
    }
    return true;
  }

  /**
   * @param complete whether the whole body has arrived, so that its last line needs no line end
   */
  private void end(boolean complete) {
    if (complete && !isStopped()) {
      try {
        splitter.end();
      } catch (RefusedException e) {
        refuse(splitter.number(), e.refusal(), Optional.empty());
      }
      Draft last = heldBack;
      if (last != null) {
        batcher.add(heldBackNumber, last.ending());
      }
    }
    heldBack = null;
    ended = true;
    setDeadline();
    proceed();
  }

  private boolean isStopped() {
    return ended || stop != null;
  }

  /** Stops at a line that is refused; the lines before it are published. */
  private void refuse(long line, Refusal refusal, Optional<Throwable> failure) {
    releaseHeldBack();
    stop = new Stop(line, refusal, failure);
  }

  private void stopHere(Refusal refusal) {
    long line = heldBack == null ? splitter.number() : heldBackNumber;
    heldBack = null;
    stop = new Stop(line, refusal, Optional.empty());
    proceed();
  }

  @Override
  public void batchCommitted() {
    if (!isStopped()) {
      request.resume();
    }
    proceed();
  }

  @Override
  public void lineRefused(long line, Refusal refusal) {
    heldBack = null;
    stop = new Stop(line, refusal, Optional.empty());
    proceed();
  }

  private void proceed() {
    batcher.send();
    if (batcher.isUnderWay()) {
      if (batcher.isFull() && !isStopped()) {
        request.pause();
      }
    } else if (isStopped() && !reported) {
      reported = true;
      setDeadline();
      onEnd.accept(this);
    }
  }

  /**
   * A line that continues keeps its deadline; a new line, or a pause between lines, gets a new one.
   */
  private void setDeadline() {
    LineDeadline watched = deadline;
    if (watched == null) {
      return;
    }
    if (isStopped()) {
      watched.end();
    } else if (splitter.isInLine()) {
      watched.inLine(splitter.number());
    } else {
      watched.renew();
    }
  }

  private void expire() {
    if (isStopped()) {
      return;
    }
    if (batcher.isUnderWay() && batcher.isFull() && deadline != null) {
      // The hub is slow, not the client.
      deadline.renew();
      return;
    }
    stopHere(new Refusal(REQUEST_TIMEOUT, "The line did not end in time: send it again", 0));
  }
}
