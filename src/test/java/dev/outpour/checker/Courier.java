package dev.outpour.checker;

import dev.outpour.RawHttp;
import dev.outpour.checker.Entry.Kind;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;

/**
 * Sends requests to publish over one connection, anew where it breaks, and writes down how each
 * went. For use by one thread.
 */
final class Courier implements AutoCloseable {

  private final int port;
  private final Journal.Pen pen;
  private RawHttp connection;
  private volatile int acknowledged;

  Courier(int port, Journal.Pen pen) {
    this.port = port;
    this.pen = pen;
  }

  /** What the hub said. */
  record Answer(int status, JsonObject body) {

    /** Whether it is worth trying again. */
    boolean isForNow() {
      return status >= 500 || status == 429;
    }
  }

  /** How many updates were acknowledged so far. */
  int acknowledged() {
    return acknowledged;
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @return the answer; null if there was none
   */
  Answer send(Shipment shipment) {
    if (!connect()) {
      return null;
    }
    write(shipment, 0, Kind.INVOKE, null);
    try {
      RawHttp.Answer answer = connection.send(shipment.request(port)).answer();
      if ("close".equalsIgnoreCase(answer.header("Connection"))) {
        close();
      }
      Answer said = new Answer(answer.status(), new JsonObject(answer.body()));
      record(shipment, said);
      return said;
    } catch (UncheckedIOException e) {
      close();
      write(shipment, 0, Kind.INFO, e.getCause().getMessage());
      return null;
    }
  }

  private boolean connect() {
    try {
      connection = connection == null ? RawHttp.connect(port) : connection;
      return true;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  private void record(Shipment shipment, Answer answer) {
    int all = shipment.updates().size();
    int taken = answer.status() == 200 ? all : answer.body().getInteger("count", 0);
    for (int i = 0; i < taken; i++) {
      String id = null;
      if (i == 0) {
        id = answer.body().getString(shipment.asLines() ? "first" : "id");
      } else if (i == taken - 1) {
        id = answer.body().getString("last");
      }
      pen.write(shipment.entry(i, Kind.OK).id(id));
    }
    acknowledged += taken;
    // From 500 on nobody knows; 4xx is a refusal.
    Kind rest = answer.status() < 500 ? Kind.FAIL : Kind.INFO;
    write(shipment, taken, rest, "status " + answer.status());
  }

  private void write(Shipment shipment, int from, Kind kind, String detail) {
    long now = System.nanoTime();
    for (int i = from; i < shipment.updates().size(); i++) {
      Entry entry = shipment.entry(i, kind);
      pen.write(detail == null ? entry : entry.detail(detail), now);
    }
  }

  @Override
  public void close() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }
}
