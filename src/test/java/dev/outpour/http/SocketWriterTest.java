package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outpour.Await;
import dev.outpour.RawHttp;
import dev.outpour.TestHub;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SocketWriterTest {

  /** More than the descriptors that others may take or leave meanwhile. */
  private static final int SOCKETS = 32;

  /** The kernel gives the number of a descriptor that was closed to the next one. */
  @Test
  void whatIsWrittenAfterTheConnectionHasEndedGoesToNobodyElse() throws Exception {
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    List<Socket> sockets = new ArrayList<>();
    try (ServerSocket others = new ServerSocket(0, SOCKETS, InetAddress.getLoopbackAddress())) {
      Promise<String> written = Promise.promise();
      HttpServer server =
          TestHub.await(
              vertx
                  .createHttpServer(Listener.options())
                  .requestHandler(
                      request -> {
                        SocketWriter writer = SocketWriter.of(request);
                        if (writer == null) {
                          written.complete("not directly");
                          return;
                        }
                        request.response().setChunked(true);
                        writer.write(Buffer.buffer("its own"));
                        writer.reset();
                        open(others, sockets);
                        writer.write(Buffer.buffer("of another"));
                        writer.reset();
                        written.complete("directly");
                      })
                  .listen(0, "localhost"));
      try (RawHttp raw = RawHttp.connect(server.actualPort())) {
        raw.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assumeTrue(Await.result(written.future()).equals("directly"));
      }
      for (int i = 0; i < SOCKETS; i++) {
        try (Socket accepted = others.accept()) {
          accepted.shutdownOutput();
          sockets.get(i).shutdownOutput();
          assertThat(accepted.getInputStream().readAllBytes()).asString().isEmpty();
          assertThat(sockets.get(i).getSoLinger()).isEqualTo(-1);
        }
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
      TestHub.await(vertx.close());
    }
  }

  private static void open(ServerSocket others, List<Socket> sockets) {
    try {
      for (int i = 0; i < SOCKETS; i++) {
        sockets.add(new Socket(others.getInetAddress(), others.getLocalPort()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
