package dev.outpour.cli;

import dev.outpour.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A hub that does wrong what it is told to do wrong; it knows one topic. */
public final class ScriptedHub implements AutoCloseable {

  /** What is done with an update. */
  public interface Fault {
    /**
     * Does it.
     *
     * @param count which update this is, from 1
     * @param reader which reader it is for, from 0
     * @param event the event as it should be
     * @param stream what goes to that reader
     */
    void deliver(int count, int reader, String event, Stream stream);
  }

  /** What one reader is sent. */
  public static final class Stream {
    private final HttpServerResponse response;

    /** What was kept back. */
    private final List<String> kept = new ArrayList<>();

    private Stream(HttpServerResponse response) {
      this.response = response;
    }

    public void send(String event) {
      response.write(event);
    }

    public void keep(String event) {
      kept.add(event);
    }

    public void sendKept() {
      kept.forEach(this::send);
      kept.clear();
    }

    public void end() {
      response.end();
    }
  }

  /** Delivers all as it should be. */
  public static final Fault NONE = (count, reader, event, stream) -> stream.send(event);

  private final Vertx vertx = Vertx.vertx();
  private final List<Stream> streams = new CopyOnWriteArrayList<>();
  private final Fault fault;
  private volatile Set<Integer> refused = Set.of();
  private volatile int closed;
  private final HttpServer server;
  private final Set<HttpConnection> publishers = ConcurrentHashMap.newKeySet();
  private volatile int count;

  /**
   * @param fault what happens to updates
   */
  public ScriptedHub(Fault fault) {
    this.fault = fault;
    this.server =
        Await.result(vertx.createHttpServer().requestHandler(this::handle).listen(0, "127.0.0.1"));
  }

  /** Answers some updates that the hub cannot take them. */
  public ScriptedHub refusing(Integer... counts) {
    refused = Set.of(counts);
    return this;
  }

  /** Closes a publisher's connection, in peace, after one update. */
  public ScriptedHub closingAfter(int count) {
    closed = count;
    return this;
  }

  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** How many updates came. */
  public int published() {
    return count;
  }

  /** How many connections they came on. */
  public int publishers() {
    return publishers.size();
  }

  private void handle(HttpServerRequest request) {
    if (request.path().equals("/events")) {
      HttpServerResponse response = request.response().setChunked(true);
      response.write("retry: 2000\nid: epoch-0\nevent: outpour.position\ndata: {}\n\n");
      streams.add(new Stream(response));
    } else {
      publishers.add(request.connection());
      request.body().onSuccess(body -> publish(request, body));
    }
  }

  private void publish(HttpServerRequest request, Buffer data) {
    HttpServerResponse response = request.response();
    int number = count + 1;
    count = number;
    if (refused.contains(number)) {
      response.setStatusCode(503).end();
      return;
    }
    String event = "id: epoch-" + number + "\ndata: " + data + "\n\n";
    for (int reader = 0; reader < streams.size(); reader++) {
      fault.deliver(number, reader, event, streams.get(reader));
    }
    response
        .end("{\"id\":\"epoch-" + number + "\"}")
        .onSuccess(
            answered -> {
              if (number == closed) {
                request.connection().close();
              }
            });
  }

  @Override
  public void close() {
    Await.result(vertx.close());
  }
}
