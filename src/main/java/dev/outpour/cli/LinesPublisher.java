package dev.outpour.cli;

import static dev.outpour.cli.terminal.NumberFormat.whole;

import dev.outpour.cli.hub.CommandException;
import dev.outpour.cli.hub.HubAnswer;
import dev.outpour.cli.hub.HubClient;
import dev.outpour.cli.hub.Retry;
import dev.outpour.cli.hub.TemporaryFailureException;
import dev.outpour.cli.terminal.Progress;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Publishes lines of JSON as they are read, usually all in one long request.
 *
 * <p>Lines with keys are kept until the hub reports them stored, and are sent again after a broken
 * connection; the hub stores each once. Called by the main thread.
 */
final class LinesPublisher {

  /** Less than the minute without a line after which the hub ends a request. */
  static final Duration KEEP_ALIVE = Duration.ofSeconds(20);

  /** From this many kept bytes on, the request is ended to learn what is stored. */
  private static final int MAX_KEPT_BYTES = 4 << 20;

  private static final int TICK_MILLIS = 500;

  private final HubClient client;
  private final String path;
  private final boolean keyed;
  private final Duration limit;
  private final Retry retry;
  private final Duration keepAlive;
  private final Progress progress;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final LinesReceipt receipt = new LinesReceipt();
  private @Nullable LineRequest request;
  private long lines;

  /** How many lines earlier requests carried. */
  private long before;

  /**
   * @param path where the lines go, including their key if they have one
   * @param keyed whether they have one
   * @param limit how long to retry
   * @param keepAlive after how long without a line the hub gets a sign of life
   */
  LinesPublisher(
      HubClient client,
      String path,
      boolean keyed,
      Duration limit,
      Duration keepAlive,
      Progress progress) {
    this.client = client;
    this.path = path;
    this.keyed = keyed;
    this.retry = Retry.upTo(limit, client);
    this.limit = limit;
    this.keepAlive = keepAlive;
    this.progress = progress;
  }

  /**
   * Sends all lines of the input.
   *
   * @return the exit code
   */
  int run(InputStream input) {
    // A missing hub is reported before anything is read.
    retrying(this::open);
    LineSource source = new LineSource(input);
    long shownNanos = System.nanoTime();
    for (Buffer piece = source.poll(TICK_MILLIS);
        piece == null || piece.length() > 0;
        piece = source.poll(TICK_MILLIS)) {
      if (piece == null) {
        retrying(this::idle);
      } else {
        take(piece.getBytes());
      }
      if (System.nanoTime() - shownNanos > TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS)) {
        shownNanos = System.nanoTime();
        progress.say(soFar());
      }
    }
    retrying(this::settle);
    progress.end();
    IOException failure = source.failure();
    if (failure != null) {
      throw failed("Cannot read standard input (" + failure.getMessage() + "); " + receipt);
    }
    System.out.println(receipt);
    return 0;
  }

  private String soFar() {
    String stored = keyed ? ", " + whole(receipt.count()) + " of them confirmed" : "";
    return whole(lines) + " lines sent" + stored;
  }

  private void take(byte[] bytes) {
    if (keyed) {
      kept.writeBytes(bytes);
    }
    for (byte each : bytes) {
      lines += each == '\n' ? 1 : 0;
    }
    retrying(() -> send(bytes));
    if (kept.size() >= MAX_KEPT_BYTES) {
      retrying(this::settle);
    }
  }

  private void send(byte[] bytes) {
    if (request == null && keyed) {
      open();
    } else {
      open().send(bytes);
    }
  }

  /** The open request, or a new one that starts with the kept lines. */
  private LineRequest open() {
    if (request != null && request.isOver()) {
      settle();
    }
    LineRequest open = request;
    if (open == null) {
      open = LineRequest.open(client, path, before);
      request = open;
      retry.reached();
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
    } else if (open.isOver() || (keyed && open.silentNanos() > keepAlive.toNanos())) {
      settle();
    } else if (open.silentNanos() > keepAlive.toNanos()) {
      open.sendBlank();
    }
  }

  /** Ends the request, so that the hub reports what it stored. */
  private void settle() {
    if (request == null && kept.size() == 0 && !receipt.isEmpty()) {
      return;
    }
    LineRequest open = request == null ? open() : request;
    boolean early = open.isOver();
    HubAnswer answer = open.end();
    request = null;
    if (keyed && answer.isOk() && early) {
      throw new TemporaryFailureException("The hub ended the request", 0);
    }
    if (keyed && answer.isTemporary()) {
      throw answer.temporary();
    }
    receipt.add(answer.json());
    if (answer.isOk()) {
      kept.reset();
      before = lines;
      retry.succeeded();
      return;
    }
    Integer line = answer.json().getInteger("line");
    String where = line == null ? "" : "Line " + whole(open.numberOf(line)) + ": ";
    throw failed(where + answer.detail() + (receipt.isEmpty() ? "" : "; " + receipt));
  }

  /** Runs a step; if lines have keys, again until it succeeds. */
  private void retrying(Runnable step) {
    boolean done = false;
    while (!done) {
      try {
        step.run();
        done = true;
      } catch (CommandException e) {
        throw e;
      } catch (Exception e) {
        await(e);
      }
    }
  }

  /** Waits before the next try, or fails if there is none. */
  private void await(Exception failure) {
    if (request != null) {
      retry.workedFor(request.ageNanos());
      request.abandon();
      request = null;
    }
    String trouble = retry.describe(failure);
    if (!keyed) {
      throw failed(
          trouble
              + " after "
              + whole(lines)
              + " lines; how many of them are stored is unknown. Lines with --key can be sent again,"
              + " and each is stored once");
    }
    OptionalLong pause = retry.pauseMillis(failure);
    if (pause.isEmpty()) {
      throw failed(
          trouble
              + "; gave up after "
              + limit.toSeconds()
              + " s; "
              + receipt
              + " for certain. Send all lines again with the same --key: each is stored once");
    }
    progress.say(trouble + "; retrying");
    client.vertx().timer(pause.getAsLong(), TimeUnit.MILLISECONDS).await();
  }

  private CommandException failed(String message) {
    progress.end();
    return CommandException.failed(message);
  }
}
