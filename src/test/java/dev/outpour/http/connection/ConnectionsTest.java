package dev.outpour.http.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.RawHttp;
import dev.outpour.http.stream.PendingWrites;
import dev.outpour.http.stream.SocketWriter;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An event loop checks its open connections, except streams. */
class ConnectionsTest {

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
  private final Connections connections = Unlimited.connections(vertx);

  /** How many connections were checked when the last request was answered. */
  private final AtomicInteger watched = new AtomicInteger();

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  private void answer(HttpServerRequest request) {
    if (request.path().equals("/stream")) {
      SocketWriter.of(request, PendingWrites.ofOneLoop()).write(Buffer.buffer(":\n\n"));
      watched.set(connections.size());
    } else {
      watched.set(connections.size());
      request.response().end("x");
    }
  }

  private static void ask(RawHttp connection, String path) {
    connection.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    connection.readUntil("\r\n\r\n");
  }

  @Test
  void streamsAndThoseThatHaveEndedAreForgotten() {
    int port =
        Await.result(
                connections
                    .server(ServerOptions.plain(false))
                    .requestHandler(this::answer)
                    .listen(0, "localhost"))
            .actualPort();
    try (RawHttp first = RawHttp.connect(port);
        RawHttp second = RawHttp.connect(port);
        RawHttp third = RawHttp.connect(port)) {
      ask(first, "/");
      ask(second, "/");
      // A connection counts once its loop has it; an answer proves that.
      ask(third, "/");
      assertThat(watched).hasValue(3);
      ask(third, "/stream");
      Await.until("without the stream", () -> watched.get() == 2);
    }
    Await.until(
        "only the one that asks",
        () -> {
          try (RawHttp last = RawHttp.connect(port)) {
            ask(last, "/");
            return watched.get() == 1;
          }
        });
  }
}
