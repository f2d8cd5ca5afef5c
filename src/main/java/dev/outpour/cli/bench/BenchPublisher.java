package dev.outpour.cli.bench;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection that publishes, with one request on its way.
 *
 * <p>At a rate, an update counts from when it was due, not from when it could be sent: what a slow
 * answer holds up is part of what users would wait. For one event loop.
 */
final class BenchPublisher implements AnswerDecoder.Sink {
  private static final String OK = "200";
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Updates that were due in time may still be sent so much later. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final BenchRun run;
  private final EventLoop loop;
  private final NetClient client;
  private final LoopStats tally;
  private final Promise<Void> done = Promise.promise();

  private long number;
  private long due;
  private boolean underWay;
  private int status;
  private @Nullable NetSocket socket;

  /**
   * @param index which of the publishers this is
   */
  BenchPublisher(BenchRun run, int index, EventLoop loop, NetClient client, LoopStats tally) {
    this.run = run;
    this.number = index;
    this.loop = loop;
    this.client = client;
    this.tally = tally;
  }

  /** Publishes until the time is over; completes when the last one is answered. */
  Future<Void> publish() {
    next();
    return done.future();
  }

  private void next() {
    long now = run.timeline().now();
    due = dueAt(number, now);
    if (due >= run.timeline().end() || now >= run.timeline().end() + GRACE_NANOS) {
      finish();
    } else if (due <= now) {
      send();
    } else {
      after(due - now, this::send);
    }
  }

  private long dueAt(long number, long now) {
    return run.plan().rate().isPresent()
        ? run.timeline().begin()
            + (long) (number / run.plan().rate().getAsDouble() * TimeUnit.SECONDS.toNanos(1))
        : now;
  }

  /** Ends it, whatever is under way. */
  void finish() {
    if (done.future().isComplete()) {
      return;
    }
    if (underWay) {
      fail("no answer");
      number += run.numbering().publishers();
    }
    if (run.plan().rate().isPresent()) {
      for (; dueAt(number, 0) < run.timeline().end(); number += run.numbering().publishers()) {
        tally.notSent.increment();
      }
    }
    done.tryComplete();
  }

  private void send() {
    underWay = true;
    run.issued().add(number);
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
    byte[] data = run.data().of(number, due);
    String head =
        run.head("POST", "/update", run.numbering().topic(number))
            + "Content-Type: application/json\r\nContent-Length: "
            + data.length
            + "\r\n\r\n";
    connection.write(Buffer.buffer(head).appendBytes(data));
  }

  private void closed() {
    socket = null;
    if (underWay) {
      answered("no answer");
    }
  }

  @Override
  public void head(int status) {
    this.status = status;
  }

  @Override
  public void body(byte[] bytes, int from, int to) {
    // The status says it all.
  }

  @Override
  public void end() {
    if (underWay) {
      answered(Integer.toString(status));
    }
  }

  @Override
  public void malformed() {
    if (socket != null) {
      socket.close();
    }
  }

  /** A number is not sent again: nobody knows whether what was not acknowledged is stored. */
  private void answered(String answer) {
    boolean acknowledged = answer.equals(OK);
    if (acknowledged) {
      underWay = false;
      tally.acknowledged(due, run.timeline().now());
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

  /** More precise than the timers of Vert.x, which count milliseconds. */
  private void after(long nanos, Runnable step) {
    var unused = loop.schedule(step, nanos, TimeUnit.NANOSECONDS);
  }

  private void fail(String answer) {
    underWay = false;
    run.issued().fail(number);
    LoopStats.count(tally.failures, answer);
  }
}
