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
 * One connection that subscribes to a topic and checks every event. It does not reconnect. Confined
 * to one event loop.
 */
final class BenchSubscriber implements AnswerDecoder.Sink {
  private static final int OK = 200;
  private static final byte[] POSITION = "outpour.position".getBytes(StandardCharsets.US_ASCII);

  private final BenchRun run;
  private final int topic;
  private final LoopStats stats;
  private final DeliveryCheck check;
  private final EventParser events = new EventParser(this::block);

  /** Set until the hub has sent the position at which the stream begins. */
  private @Nullable Promise<Void> opening;

  private @Nullable NetSocket socket;
  private boolean lost;

  /** When the bytes being parsed arrived. */
  private long now;

  BenchSubscriber(BenchRun run, int topic, LoopStats stats) {
    this.run = run;
    this.topic = topic;
    this.stats = stats;
    this.check = new DeliveryCheck(run.sent(), topic);
  }

  /** Connects; completes when the stream will contain everything published from then on. */
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
      now = run.time().now();
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
      stats.count(Counter.CONNECTIONS_LOST);
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
      LoopStats.count(stats.hubEvents, describe(event.name(), bytes, from, to));
      return;
    }
    if (!run.payload().fits(bytes, from, to)) {
      stats.count(Counter.FOREIGN);
      return;
    }
    stats.count(Counter.EVENTS);
    Verdict verdict = check.check(BenchPayload.number(bytes, from), event.idNumber());
    switch (verdict) {
      case OUT_OF_ORDER -> stats.count(Counter.OUT_OF_ORDER);
      case DOUBLED -> stats.count(Counter.DOUBLED);
      case FOREIGN -> stats.count(Counter.FOREIGN);
      case FINE -> {}
    }
    if (verdict == Verdict.FINE || verdict == Verdict.OUT_OF_ORDER) {
      stats.delivered(BenchPayload.nanos(bytes, from), now);
    }
  }

  /** One of the hub's own events: its name, and the reason if it has one. */
  private static String describe(String name, byte[] bytes, int from, int to) {
    try {
      String data = new String(bytes, from, to - from, StandardCharsets.UTF_8);
      String reason = new JsonObject(data).getString("reason");
      return reason == null ? name : name + " (" + reason + ")";
    } catch (DecodeException | ClassCastException e) {
      return name;
    }
  }

  /** How many acknowledged updates are missing although later ones arrived. */
  long missed() {
    return check.missed();
  }

  /** How many acknowledged updates are still to arrive; none once the connection is closed. */
  long outstanding() {
    return lost ? 0 : check.outstanding();
  }
}
