package dev.outpour.cli.bench;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection that publishes, with one request in flight.
 *
 * <p>At a fixed rate, latency counts from the moment an update was due, not from the moment it was
 * sent: users would wait for slow answers, too. Confined to one event loop.
 */
final class BenchPublisher implements AnswerDecoder.Sink {
  private static final String OK = "200";
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** How long after the end an update that was due before it may still be sent. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final BenchRun run;
  private final EventLoop loop;
  private final NetClient client;
  private final LoopStats stats;
  private final OptionalDouble rate;
  private final Promise<Void> done = Promise.promise();

  private long number;
  private long due;
  private boolean inFlight;
  private int status;
  private @Nullable NetSocket socket;

  /**
   * @param index this publisher's index among all
   */
  BenchPublisher(BenchRun run, int index, EventLoop loop, NetClient client, LoopStats stats) {
    this.run = run;
    this.rate = run.plan().load().rate();
    this.number = index;
    this.loop = loop;
    this.client = client;
    this.stats = stats;
  }

  /** Publishes until the run ends; completes when the last update is answered. */
  Future<Void> publish() {
    next();
    return done.future();
  }

  private void next() {
    long now = run.time().now();
    due = dueAt(number, now);
    if (due >= run.time().end() || now >= run.time().end() + GRACE_NANOS) {
      finish();
    } else if (due <= now) {
      send();
    } else {
      after(due - now, this::send);
    }
  }

  private long dueAt(long number, long now) {
    return rate.isPresent()
        ? run.time().begin() + (long) (number / rate.getAsDouble() * TimeUnit.SECONDS.toNanos(1))
        : now;
  }

  /** Stops, without waiting for an answer. */
  void finish() {
    if (done.future().isComplete()) {
      return;
    }
    if (inFlight) {
      fail("no answer");
      number += run.numbering().publishers();
    }
    if (rate.isPresent()) {
      for (; dueAt(number, 0) < run.time().end(); number += run.numbering().publishers()) {
        stats.count(Counter.NOT_SENT);
      }
    }
    done.tryComplete();
  }

  private void send() {
    inFlight = true;
    run.sent().add(number);
    if (socket != null) {
      write(socket);
      return;
    }
    run.connect(client).onSuccess(this::connected).onFailure(failure -> answered("no connection"));
  }

  private void connected(NetSocket connection) {
    AnswerDecoder.attach(connection, this);
    connection.closeHandler(closed -> closed());
    socket = connection;
    write(connection);
  }

  private void write(NetSocket connection) {
    byte[] data = run.payload().of(number, due);
    String head =
        run.head("POST", "/update", run.numbering().topic(number))
            + "Content-Type: application/json\r\nContent-Length: "
            + data.length
            + "\r\n\r\n";
    connection.write(Buffer.buffer(head).appendBytes(data));
  }

  private void closed() {
    socket = null;
    if (inFlight) {
      answered("no answer");
    }
  }

  @Override
  public void head(int status) {
    this.status = status;
  }

  @Override
  public void body(byte[] bytes, int from, int to) {
    // Only the status matters.
  }

  @Override
  public void end() {
    if (inFlight) {
      answered(Integer.toString(status));
    }
  }

  @Override
  public void malformed() {
    if (socket != null) {
      socket.close();
    }
  }

  /** An update is never sent again: the hub may have stored it without acknowledging it. */
  private void answered(String answer) {
    boolean acknowledged = answer.equals(OK);
    if (acknowledged) {
      inFlight = false;
      stats.acknowledged(due, run.time().now());
    } else {
      fail(answer);
    }
    number += run.numbering().publishers();
    if (acknowledged) {
      next();
    } else {
      after(PAUSE_NANOS, this::next);
    }
  }

  /** More precise than a timer of Vert.x, which counts milliseconds. */
  private void after(long nanos, Runnable step) {
    var unused = loop.schedule(step, nanos, TimeUnit.NANOSECONDS);
  }

  private void fail(String answer) {
    inFlight = false;
    run.sent().fail(number);
    LoopStats.count(stats.failures, answer);
  }
}
