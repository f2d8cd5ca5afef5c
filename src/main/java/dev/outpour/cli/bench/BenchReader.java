package dev.outpour.cli.bench;

import dev.outpour.cli.bench.DeliveryCheck.Verdict;
import dev.outpour.sse.EventBlock;
import dev.outpour.sse.EventParser;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One connection that reads a topic and has every event on it checked. It does not come back when
 * it was cut. For one event loop.
 */
final class BenchReader implements AnswerDecoder.Sink {
  private static final int OK = 200;
  private static final byte[] POSITION = "outpour.position".getBytes(StandardCharsets.US_ASCII);

  private final BenchRun run;
  private final int topic;
  private final LoopStats tally;
  private final DeliveryCheck check;
  private final EventParser events = new EventParser(this::block);

  /** Set until the hub has said where the stream begins. */
  private @Nullable Promise<Void> opening;

  private @Nullable NetSocket socket;
  private boolean lost;

  /** When the bytes came that are being read. */
  private long now;

  BenchReader(BenchRun run, int topic, LoopStats tally) {
    this.run = run;
    this.topic = topic;
    this.tally = tally;
    this.check = new DeliveryCheck(run.numbering(), run.issued(), topic);
  }

  /** Connects; completes when nothing that is published from then on can be missed. */
  Future<Void> open(NetClient client) {
    Promise<Void> opened = Promise.promise();
    opening = opened;
    run.connect(client).onSuccess(this::connected).onFailure(opened::tryFail);
    return opened.future();
  }

  private void connected(NetSocket socket) {
    this.socket = socket;
    AnswerDecoder.attach(socket, this);
    socket.closeHandler(closed -> lose("the connection was closed"));
    socket.write(run.head("GET", "/events", topic) + "Accept: text/event-stream\r\n\r\n");
  }

  @Override
  public void head(int status) {
    if (status != OK) {
      lose("answered " + status);
    }
  }

  @Override
  public void body(byte[] bytes, int from, int to) {
    if (!lost) {
      now = run.timeline().now();
      events.feed(bytes, from, to);
    }
  }

  @Override
  public void end() {
    lose("the hub ended the stream");
  }

  @Override
  public void malformed() {
    lose("the answer is not HTTP/1.1");
  }

  private void lose(String reason) {
    if (lost) {
      return;
    }
    lost = true;
    if (opening != null) {
      opening.tryFail(reason);
    } else {
      tally.connectionsLost.increment();
    }
    if (socket != null) {
      socket.close();
    }
  }

  private void block(EventBlock block) {
    if (block.hasId() && opening != null) {
      opening.tryComplete();
      opening = null;
    }
    if (block.hasData() && !block.isNamed(POSITION)) {
      event(block);
    }
  }

  private void event(EventBlock event) {
    byte[] bytes = event.data();
    int from = event.dataFrom();
    int to = event.dataTo();
    if (event.isNamed()) {
      LoopStats.count(tally.words, word(event.name(), bytes, from, to));
      return;
    }
    if (!run.data().fits(bytes, from, to)) {
      tally.foreign.increment();
      return;
    }
    tally.events.increment();
    Verdict verdict = check.take(BenchPayload.number(bytes, from), event.idNumber());
    switch (verdict) {
      case OUT_OF_ORDER -> tally.outOfOrder.increment();
      case DOUBLED -> tally.doubled.increment();
      case FOREIGN -> tally.foreign.increment();
      case FINE -> {}
    }
    if (verdict == Verdict.FINE || verdict == Verdict.OUT_OF_ORDER) {
      tally.delivered(BenchPayload.nanos(bytes, from), now);
    }
  }

  /** A named event of the hub, with the reason it gives. */
  private static String word(String name, byte[] bytes, int from, int to) {
    try {
      String data = new String(bytes, from, to - from, StandardCharsets.UTF_8);
      String reason = new JsonObject(data).getString("reason");
      return reason == null ? name : name + " (" + reason + ")";
    } catch (DecodeException | ClassCastException e) {
      return name;
    }
  }

  /** How many acknowledged updates have not come, though later ones have. */
  long passedOver() {
    return check.passedOver();
  }

  /** How many acknowledged updates are still to come; none if nothing can come any more. */
  long outstanding() {
    return lost ? 0 : check.outstanding();
  }
}
