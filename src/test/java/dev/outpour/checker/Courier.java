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

  /** How many updates were acknowledged so far. */
  int acknowledged() {
    return acknowledged;
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @return the answer if all of it was acknowledged; else null
   */
  JsonObject send(Shipment shipment) {
    if (!connect()) {
      return null;
    }
    write(shipment, 0, Kind.INVOKE, null);
    try {
      RawHttp.Answer answer = connection.send(shipment.request(port)).answer();
      if ("close".equalsIgnoreCase(answer.header("Connection"))) {
        close();
      }
      return record(shipment, answer.status(), new JsonObject(answer.body()));
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

  private JsonObject record(Shipment shipment, int status, JsonObject answer) {
    int all = shipment.updates().size();
    int taken = status == 200 ? all : answer.getInteger("count", 0);
    for (int i = 0; i < taken; i++) {
      String id = null;
      if (i == 0) {
        id = answer.getString(shipment.asLines() ? "first" : "id");
      } else if (i == taken - 1) {
        id = answer.getString("last");
      }
      pen.write(shipment.entry(i, Kind.OK).id(id));
    }
    acknowledged += taken;
    // From 500 on nobody knows; 4xx is a refusal.
    write(shipment, taken, status < 500 ? Kind.FAIL : Kind.INFO, "status " + status);
    return status == 200 ? answer : null;
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
