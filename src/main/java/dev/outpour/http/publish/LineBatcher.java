package dev.outpour.http.publish;

import dev.outpour.log.PublishQueue;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Position;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Publishes the lines of one request in batches, one after the other: the lines that arrive while a
 * batch is under way make up the next one. For use on the event loop of the request.
 */
final class LineBatcher {

  /** Hears of what became of a batch. */
  interface Listener {

    /** A batch was committed as a whole. */
    void batchCommitted();

    /** A line was refused; the lines before it are committed, those after it are dropped. */
    void lineRefused(long line, Refusal refusal);
  }

  /**
   * What is in the log.
   *
   * @param count the number of lines
   * @param added how many of them are new; the others were duplicates
   * @param first the position of the first line
   * @param last the position of the last line
   */
  record Committed(long count, int added, Optional<Position> first, Optional<Position> last) {

    private static final Committed NOTHING =
        new Committed(0, 0, Optional.empty(), Optional.empty());

    private Committed plus(List<Outcome.Receipt> receipts) {
      if (receipts.isEmpty()) {
        return this;
      }
      long duplicates = receipts.stream().filter(Outcome.Receipt::duplicate).count();
      return new Committed(
          count + receipts.size(),
          added + (int) (receipts.size() - duplicates),
          first.or(() -> Optional.of(receipts.get(0).position())),
          Optional.of(receipts.get(receipts.size() - 1).position()));
    }
  }

  private record Line(long number, Draft draft) {}

  private final Vertx vertx;
  private final PublishQueue queue;
  private final AdmittedPublish publish;
  private final Listener listener;

  private List<Line> next = new ArrayList<>();
  private int nextBytes;
  private boolean underWay;
  private Committed committed = Committed.NOTHING;

  LineBatcher(Vertx vertx, PublishQueue queue, AdmittedPublish publish, Listener listener) {
    this.vertx = vertx;
    this.queue = queue;
    this.publish = publish;
    this.listener = listener;
  }

  /** Adds a line to the next batch. */
  void add(long number, Draft draft) {
    next.add(new Line(number, draft));
    nextBytes += draft.weight();
  }

  /** Whether the next batch is as large as a batch may be. */
  boolean isFull() {
    return next.size() >= Page.MAX_UPDATES || nextBytes >= Page.MAX_BYTES;
  }

  boolean isUnderWay() {
    return underWay;
  }

  Committed committed() {
    return committed;
  }

  /** Sends the next batch, unless there is none or another one is under way. */
  void send() {
    if (underWay || next.isEmpty()) {
      return;
    }
    List<Line> batch = next;
    next = new ArrayList<>();
    nextBytes = 0;
    underWay = true;
    long millis = publish.reserve(batch.size());
    if (millis > 0) {
      vertx.setTimer(millis, due -> submit(batch));
    } else {
      submit(batch);
    }
  }

  private void submit(List<Line> batch) {
    try {
      // The lines may have waited long.
      publish.checkStillValid();
    } catch (RefusedException e) {
      settle(batch, new Outcome(List.of(), Optional.of(e.refusal())));
      return;
    }
    queue
        .submit(new Batch(batch.stream().map(Line::draft).toList(), publish.id()))
        .onSuccess(outcome -> settle(batch, outcome));
  }

  private void settle(List<Line> batch, Outcome outcome) {
    underWay = false;
    committed = committed.plus(outcome.receipts());
    if (outcome.refusal().isPresent()) {
      next.clear();
      nextBytes = 0;
      listener.lineRefused(batch.get(outcome.receipts().size()).number(), outcome.refusal().get());
    } else {
      listener.batchCommitted();
    }
  }
}
