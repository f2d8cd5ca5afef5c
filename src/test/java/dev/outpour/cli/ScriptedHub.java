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

/** A hub with one topic that misbehaves as a test tells it to. */
public final class ScriptedHub implements AutoCloseable {

  /** How an update is delivered. */
  public interface Fault {
    /**
     * Delivers an update to a subscriber.
     *
     * @param count the number of the update, from 1
     * @param subscriber the index of the subscriber, from 0
     * @param event the correct event
     * @param stream the subscriber's stream
     */
    void deliver(int count, int subscriber, String event, Stream stream);
  }

  /** The stream of one subscriber. */
  public static final class Stream {
    private final HttpServerResponse response;

    /** Events held back. */
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

  /** Delivers everything correctly. */
  public static final Fault NONE = (count, subscriber, event, stream) -> stream.send(event);

  private final Vertx vertx = Vertx.vertx();
  private final List<Stream> streams = new CopyOnWriteArrayList<>();
  private final Fault fault;
  private volatile Set<Integer> refused = Set.of();
  private volatile int closed;
  private final HttpServer server;
  private final Set<HttpConnection> publishers = ConcurrentHashMap.newKeySet();
  private volatile int count;

  /**
   * @param fault how updates are delivered
   */
  public ScriptedHub(Fault fault) {
    this.fault = fault;
    this.server =
        Await.result(vertx.createHttpServer().requestHandler(this::handle).listen(0, "127.0.0.1"));
  }

  /** Answers these updates with 503. */
  public ScriptedHub refusing(Integer... counts) {
    refused = Set.of(counts);
    return this;
  }

  /** Closes a publisher's connection cleanly after this update. */
  public ScriptedHub closingAfter(int count) {
    closed = count;
    return this;
  }

  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** How many updates were published. */
  public int published() {
    return count;
  }

  /** How many connections have published. */
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
    for (int i = 0; i < streams.size(); i++) {
      fault.deliver(number, i, event, streams.get(i));
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
