package dev.outpour.http.publish;

import dev.outpour.http.limit.MemoryGuard;
import dev.outpour.http.response.RequestIds;
import dev.outpour.log.PublishQueue;
import dev.outpour.loop.TurnBudget;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Position;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.IntToLongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the lines of an {@code application/x-ndjson} body as they arrive: what comes while one
 * batch is under way makes the next one.
 *
 * <p>Lines end with LF or CRLF and are counted from 1, blank ones too, which are skipped. What is
 * committed is always the beginning of the stream: at the first line that is refused, publishing
 * stops. The request is paused while a batch is full.
 *
 * <p>Where the last line is to end its topics, one line is held back, since it may be the last: it
 * is published when another has followed it, or as the end when the body has ended properly. If
 * neither happens it is dropped, and nothing has ended. For use on the event loop of the request.
 */
final class NdjsonPublisher {

  private static final int REQUEST_TIMEOUT = 408;

  /**
   * What became of the stream.
   *
   * @param count how many lines are in the log
   * @param added how many of them were not there before, under the same key
   * @param first the position of the first line that is in the log
   * @param last that of the last one
   * @param line the number of the line that was refused; 0 if none was
   * @param refusal why
   * @param mishap what went wrong in this hub at that line, if that is why
   */
  record Result(
      long count,
      int added,
      Optional<Position> first,
      Optional<Position> last,
      long line,
      Optional<Refusal> refusal,
      Optional<Throwable> mishap) {}

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final PublishRequest publication;
  private final PublishQueue queue;
  private final IntToLongFunction pace;
  private final MemoryGuard memory;
  private final Supplier<Optional<Refusal>> lapsed;
  private final BiConsumer<NdjsonPublisher, Result> onEnd;
  private final LineSplitter splitter;

  private List<Numbered> batch = new ArrayList<>();
  private @Nullable Numbered heldBack;
  private int batchBytes;
  private boolean underWay;
  private boolean ended;
  private boolean answered;
  private @Nullable LineDeadline deadline;

  private long count;
  private int added;
  private Optional<Position> first = Optional.empty();
  private Optional<Position> last = Optional.empty();
  private long refusedLine;
  private Optional<Refusal> refusal = Optional.empty();
  private Optional<Throwable> mishap = Optional.empty();

  private record Numbered(long line, Draft draft) {}

  /**
   * @param pace for how many milliseconds so many lines have to wait
   * @param lapsed why its publisher may not go on, if that is so
   * @param onEnd given the result, once
   * @param mostBytes the longest line
   */
  NdjsonPublisher(
      Vertx vertx,
      HttpServerRequest request,
      PublishRequest publication,
      PublishQueue queue,
      IntToLongFunction pace,
      MemoryGuard memory,
      Supplier<Optional<Refusal>> lapsed,
      BiConsumer<NdjsonPublisher, Result> onEnd,
      int mostBytes) {
    this.vertx = vertx;
    this.request = request;
    this.publication = publication;
    this.queue = queue;
    this.pace = pace;
    this.memory = memory;
    this.lapsed = lapsed;
    this.onEnd = onEnd;
    this.splitter = new LineSplitter(mostBytes, this::take);
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

  /** Takes no more lines: those that have arrived whole are published, and the client is told. */
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
      Optional<Refusal> over = lapsed.get();
      if (over.isPresent()) {
        throw over.get().asException();
      }
      if (memory.isTight()) {
        throw memory.refusal().asException();
      }
      splitter.feed(chunk);
    } catch (RefusedException e) {
      refuse(splitter.number(), e.refusal());
    }
    setDeadline();
    goOn();
  }

  private void take(long number, Buffer line) {
    if (isStopped() || isBlank(line)) {
      return;
    }
    try {
      Numbered taken = new Numbered(number, publication.line(line, number));
      release();
      if (publication.end()) {
        heldBack = taken;
      } else {
        add(taken);
      }
    } catch (RefusedException e) {
      refuse(number, e.refusal());
    } catch (RuntimeException e) {
      mishap = Optional.of(e);
      refuse(number, Refusal.failed());
    }
  }

  private void add(Numbered line) {
    batch.add(line);
    batchBytes += line.draft().weight();
  }

  /** Publishes what was held back: it was not the last line. */
  private void release() {
    Numbered line = heldBack;
    heldBack = null;
    if (line != null) {
      add(line);
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
   * @param properly whether the whole body has arrived, so that its last line needs no end
   */
  private void end(boolean properly) {
    if (properly && !isStopped()) {
      try {
        splitter.end();
      } catch (RefusedException e) {
        refuse(splitter.number(), e.refusal());
      }
      Numbered last = heldBack;
      if (last != null) {
        add(new Numbered(last.line(), last.draft().ending()));
      }
    }
    heldBack = null;
    ended = true;
    setDeadline();
    goOn();
  }

  private boolean isStopped() {
    return ended || refusal.isPresent();
  }

  /** Stops at a line that cannot be taken; those before it are published. */
  private void refuse(long line, Refusal why) {
    release();
    stop(line, why);
  }

  private void stop(long line, Refusal why) {
    heldBack = null;
    refusedLine = line;
    refusal = Optional.of(why);
  }

  private void goOn() {
    if (underWay) {
      if (isFull() && !isStopped()) {
        request.pause();
      }
    } else if (!batch.isEmpty()) {
      send();
    } else if (isStopped() && !answered) {
      answered = true;
      setDeadline();
      onEnd.accept(this, new Result(count, added, first, last, refusedLine, refusal, mishap));
    }
  }

  private boolean isFull() {
    return batch.size() >= Page.MAX_UPDATES || batchBytes >= Page.MAX_BYTES;
  }

  private void send() {
    List<Numbered> sent = batch;
    batch = new ArrayList<>();
    batchBytes = 0;
    underWay = true;
    long millis = pace.applyAsLong(sent.size());
    if (millis > 0) {
      vertx.setTimer(millis, due -> submit(sent));
    } else {
      submit(sent);
    }
  }

  private void submit(List<Numbered> sent) {
    // They may have waited: for their turn, or for a line behind them.
    Optional<Refusal> over = lapsed.get();
    if (over.isPresent()) {
      settle(sent, new Outcome(List.of(), over));
      return;
    }
    queue
        .submit(new Batch(sent.stream().map(Numbered::draft).toList(), RequestIds.of(request)))
        .onSuccess(outcome -> settle(sent, outcome));
  }

  private void settle(List<Numbered> sent, Outcome outcome) {
    underWay = false;
    for (Outcome.Receipt receipt : outcome.receipts()) {
      count++;
      added += receipt.duplicate() ? 0 : 1;
      first = first.or(() -> Optional.of(receipt.position()));
      last = Optional.of(receipt.position());
    }
    if (outcome.refusal().isPresent()) {
      // What came after it was not sent: the log holds the beginning of the stream.
      stop(sent.get(outcome.receipts().size()).line(), outcome.refusal().get());
      batch.clear();
    } else if (!isStopped()) {
      request.resume();
    }
    goOn();
  }

  /** A line that goes on keeps its deadline; a new line or a pause between lines gets a new one. */
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
    if (underWay && isFull() && deadline != null) {
      // It is not the client that is slow.
      deadline.renew();
      return;
    }
    stopHere(new Refusal(REQUEST_TIMEOUT, "The line did not end in time: send it again", 0));
  }

  private void stopHere(Refusal why) {
    stop(heldBack == null ? splitter.number() : heldBack.line(), why);
    goOn();
  }
}
