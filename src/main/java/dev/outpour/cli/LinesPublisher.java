package dev.outpour.cli;

import static dev.outpour.cli.terminal.NumberFormat.whole;

import dev.outpour.cli.LineRequest.Answer;
import dev.outpour.cli.hub.CommandException;
import dev.outpour.cli.hub.ErrorAnswer;
import dev.outpour.cli.hub.HubClient;
import dev.outpour.cli.hub.RetryDeadline;
import dev.outpour.cli.terminal.PrintableText;
import dev.outpour.cli.terminal.Progress;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Publishes lines of JSON as they come, mostly in one request that lasts as long as there are any.
 *
 * <p>Lines with keys are kept until the hub says that they are stored, and where a connection
 * breaks sent again on another; the hub stores each once. Called by the main thread.
 */
final class LinesPublisher {

  /** The hub ends a request after a minute without a line. */
  static final Duration SILENCE = Duration.ofSeconds(20);

  /** From so much that is kept on, the hub is asked what is stored. */
  private static final int MUCH_KEPT = 4 << 20;

  private static final int TICK_MILLIS = 500;

  /** The hub cannot do it now. */
  private static final class TroubleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TroubleException(String message) {
      super(message, null, false, false);
    }
  }

  private final HubClient client;
  private final String path;
  private final boolean keyed;
  private final RetryDeadline patience;
  private final Duration silence;
  private final Progress progress;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final LinesReceipt receipt = new LinesReceipt();
  private @Nullable LineRequest request;
  private long lines;

  /** How many lines requests have brought that are done with. */
  private long before;

  private boolean reached;

  /**
   * @param path where lines go, with the key they have, if any
   * @param keyed whether they have one
   * @param patience how long the hub may be away
   * @param silence after which the hub is told that more may come
   */
  LinesPublisher(
      HubClient client,
      String path,
      boolean keyed,
      Duration patience,
      Duration silence,
      Progress progress) {
    this.client = client;
    this.path = path;
    this.keyed = keyed;
    this.patience = new RetryDeadline(patience);
    this.silence = silence;
    this.progress = progress;
  }

  /**
   * Sends all there is.
   *
   * @return the exit code
   */
  int run(InputStream input) {
    // That there is no hub is said before anything is read.
    surely(this::open);
    LineSource source = new LineSource(input);
    long toldNanos = System.nanoTime();
    for (Buffer piece = source.poll(TICK_MILLIS);
        piece == null || piece.length() > 0;
        piece = source.poll(TICK_MILLIS)) {
      if (piece == null) {
        surely(this::idle);
      } else {
        take(piece.getBytes());
      }
      if (System.nanoTime() - toldNanos > TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS)) {
        toldNanos = System.nanoTime();
        progress.say(soFar());
      }
    }
    surely(this::settle);
    progress.end();
    IOException failure = source.failure();
    if (failure != null) {
      throw CommandException.failed(
          "Standard input cannot be read (" + failure.getMessage() + "); " + receipt);
    }
    System.out.println(receipt);
    return 0;
  }

  private String soFar() {
    String stored = keyed ? ", " + whole(receipt.count()) + " of them known to be stored" : "";
    return whole(lines) + " lines sent" + stored;
  }

  private void take(byte[] bytes) {
    if (keyed) {
      kept.writeBytes(bytes);
    }
    for (byte each : bytes) {
      lines += each == '\n' ? 1 : 0;
    }
    surely(() -> send(bytes));
    if (kept.size() >= MUCH_KEPT) {
      surely(this::settle);
    }
  }

  private void send(byte[] bytes) {
    if (request == null && keyed) {
      open();
    } else {
      open().send(bytes);
    }
  }

  /** The request that is open, or a new one that brings first what is kept. */
  private LineRequest open() {
    if (request != null && request.isOver()) {
      settle();
    }
    LineRequest open = request;
    if (open == null) {
      open = LineRequest.open(client, path, before);
      request = open;
      reached = true;
      open.send(kept.toByteArray());
    }
    return open;
  }

  private void idle() {
    LineRequest open = request;
    if (open == null) {
      return;
    }
    if (keyed && kept.size() == 0) {
      request = open.isOver() ? null : open;
    } else if (open.isOver() || (keyed && open.silentNanos() > silence.toNanos())) {
      settle();
    } else if (open.silentNanos() > silence.toNanos()) {
      open.sendBlank();
    }
  }

  /** Ends the request, and has the hub say what is stored. */
  private void settle() {
    if (request == null && kept.size() == 0 && !receipt.isEmpty()) {
      return;
    }
    LineRequest open = request == null ? open() : request;
    boolean early = open.isOver();
    Answer answer = open.end();
    request = null;
    ErrorAnswer refused = ErrorAnswer.of(answer.status(), answer.body());
    boolean ok = answer.status() == 200;
    if (keyed && (ok ? early : refused.isPassing())) {
      throw new TroubleException(ok ? "The hub has ended the request" : refused.detail());
    }
    receipt.add(refused.problem());
    if (ok) {
      kept.reset();
      before = lines;
      patience.calm();
      return;
    }
    progress.end();
    Integer line = refused.problem().getInteger("line");
    String where = line == null ? "" : "Line " + whole(open.numberOf(line)) + ": ";
    throw CommandException.failed(
        where + refused.detail() + (receipt.isEmpty() ? "" : "; " + receipt));
  }

  /** Does it; where lines have keys, again and again until it is done. */
  private void surely(Runnable step) {
    boolean done = false;
    while (!done) {
      try {
        step.run();
        done = true;
      } catch (CommandException e) {
        throw e;
      } catch (Exception e) {
        endure(e);
      }
    }
  }

  /** Waits before the next try, unless there should be none. */
  private void endure(Exception failure) {
    if (request != null) {
      patience.calmAfter(request.ageNanos());
      request.abandon();
      request = null;
    }
    Optional<CommandException> noHub = client.noHub(failure);
    if (noHub.isPresent() && !reached) {
      throw noHub.get();
    }
    String message = PrintableText.of(String.valueOf(failure.getMessage()));
    String trouble =
        failure instanceof TroubleException ? message : "The connection broke (" + message + ")";
    if (!keyed) {
      progress.end();
      throw CommandException.failed(
          trouble
              + " after "
              + whole(lines)
              + " lines: how many of them are stored is not known. With --key they can be sent"
              + " again, and each is stored once");
    }
    if (patience.isLost()) {
      progress.end();
      throw CommandException.failed(
          trouble
              + "; given up after "
              + patience
              + "; "
              + receipt
              + " for sure. All can be sent again with the same --key, and each is stored once");
    }
    progress.say(trouble + "; trying again");
    client.vertx().timer(patience.pauseMillis(), TimeUnit.MILLISECONDS).await();
  }
}
