package dev.outpour.http.stream;

import dev.outpour.http.connection.Connections;
import dev.outpour.http.connection.ServerOptions;
import dev.outpour.loop.PerVertx;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Lineage;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.shareddata.Shareable;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries once, over a connection of its own on the loopback, whether {@link SocketWriter} works on
 * this machine and with this Vert.x: a whole response has to arrive byte for byte.
 */
public final class SocketWriterProbe implements Shareable {

  private static final Logger log = LoggerFactory.getLogger(SocketWriterProbe.class);

  private static final String HOST = "localhost";
  private static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String EXPECTED =
      """
      HTTP/1.1 200 OK\r
      a: b\r
      connection: close\r
      transfer-encoding: chunked\r
      \r
      9\r
      id: x-0

      \r
      11\r
      id: x-1
      data: 1

      \r
      3\r
      :

      \r
      0\r
      \r
      """;
  private static final long MOST_MILLIS = 3_000;

  private final Vertx vertx;
  private final Connections connections;
  private final Future<Boolean> outcome;

  private SocketWriterProbe(Vertx vertx, Connections connections) {
    this.vertx = vertx;
    this.connections = connections;
    this.outcome = run();
  }

  /**
   * Tries, unless it has been tried in this Vert.x, and logs the result.
   *
   * @param connections those of the caller's event loop
   * @param wanted whether direct writes are configured
   * @return whether they work
   */
  public static Future<Boolean> start(Vertx vertx, Connections connections, boolean wanted) {
    if (!wanted) {
      return Future.succeededFuture(false);
    }
    Future<Boolean> tried =
        PerVertx.get(
                vertx, SocketWriterProbe.class, () -> new SocketWriterProbe(vertx, connections))
            .outcome;
    // The first caller may be on another event loop.
    Context own = vertx.getOrCreateContext();
    return Future.future(
        here -> tried.onComplete(done -> own.runOnContext(turn -> here.complete(done.result()))));
  }

  private Future<Boolean> run() {
    if (!vertx.isNativeTransportEnabled()) {
      return Future.succeededFuture(settled("the transport is not epoll"));
    }
    HttpServer server =
        connections.server(ServerOptions.plain(false)).requestHandler(SocketWriterProbe::answer);
    NetClient client = vertx.createNetClient();
    return server
        .listen(0, HOST)
        .compose(listening -> client.connect(listening.actualPort(), HOST))
        .compose(SocketWriterProbe::ask)
        .timeout(MOST_MILLIS, TimeUnit.MILLISECONDS)
        .map(answer -> answer.equals(EXPECTED) ? "" : "something else arrived")
        .otherwise(Throwable::toString)
        .map(SocketWriterProbe::settled)
        .eventually(() -> Future.join(client.close(), server.close()).otherwiseEmpty());
  }

  private static boolean settled(String trouble) {
    if (trouble.isEmpty()) {
      log.info("Events go to sockets directly");
    } else {
      log.info("Events go to sockets through HTTP responses of Vert.x, since {}", trouble);
    }
    return trouble.isEmpty();
  }

  private static void answer(HttpServerRequest request) {
    SocketWriter writer = SocketWriter.of(request, new PendingWrites(0));
    if (writer == null) {
      request.connection().close();
      return;
    }
    request.response().setChunked(true).putHeader("a", "b");
    writer.write(Buffer.buffer("id: x-0\n\n"));
    Update update =
        new Update(
            new Lineage(List.of(new Lineage.Epoch("x", 1))).at(1),
            0,
            List.of(new Topic("t")),
            null,
            Update.Form.JSON,
            Buffer.buffer("1"));
    PageBuffer sheet = PageBuffer.alone(List.of(update), EventEncoder.Form.PLAIN, writer.framing());
    writer.write(sheet.alone(0).part(0, 1, PendingWrites.MOST_AT_ONCE), 0);
    sheet.release();
    writer.end(EventEncoder.silence());
  }

  private static Future<String> ask(NetSocket socket) {
    Promise<String> answer = Promise.promise();
    Buffer read = Buffer.buffer();
    socket.handler(read::appendBuffer);
    socket.closeHandler(closed -> answer.complete(read.toString()));
    return socket.write(REQUEST).compose(written -> answer.future());
  }
}
