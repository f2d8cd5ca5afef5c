package dev.outpour.http.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.RawHttp;
import dev.outpour.http.connection.ServerOptions;
import dev.outpour.http.connection.Unlimited;
import dev.outpour.http.socket.Sockets;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Samples;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connection that was taken from Vert.x, on a server that does nothing else. */
class SocketWriterTest {

  private interface Answer {
    void to(HttpServerRequest request) throws Exception;
  }

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  private RawHttp ask(Promise<Void> answered, Answer answer) {
    HttpServer server =
        Unlimited.connections(vertx)
            .server(ServerOptions.plain(false))
            .requestHandler(
                request -> {
                  try {
                    answer.to(request);
                    answered.tryComplete();
                  } catch (Exception | AssertionError e) {
                    answered.tryFail(e);
                  }
                });
    int port = Await.result(server.listen(0, "localhost")).actualPort();
    return RawHttp.connect(port).send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  /**
   * The number of a descriptor is given to the next who opens one: what was for a reader who has
   * gone must not go to whoever has come.
   */
  @Test
  void nothingIsSentOrSetOnADescriptorThatIsAnothersByNow() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Promise<Void> answered = Promise.promise();
      RawHttp reader =
          ask(
              answered,
              request -> {
                SocketWriter writer = SocketWriter.of(request, PendingWrites.ofOneLoop());
                writer.write(Buffer.buffer(":\n\n"));
                var channel = (EpollSocketChannel) Sockets.of(request);
                int descriptor = channel.fd().intValue();
                writer.reset();
                assertThat(channel.isOpen()).isFalse();
                writer.reset();
                Socket next = socketAt(descriptor);
                next.connect(new InetSocketAddress(other.getInetAddress(), other.getLocalPort()));

                EncodedPage frames = frames();
                assertThat(writer.write(frames.part(0, 1, 1), 0)).isPositive();
                writer.write(Buffer.buffer(":\n\n"));
                writer.end(Buffer.buffer(":\n\n"));
                writer.reset();
                Sockets.limitUnsent(channel);

                assertThat(next.getSoLinger()).isNotZero();
                next.close();
              });
      Await.result(answered.future());
      reader.close();
      try (var accepted = other.accept()) {
        assertThat(accepted.getInputStream().readAllBytes()).isEmpty();
      }
    }
  }

  private static Socket socketAt(int descriptor) throws Exception {
    List<Socket> opened = new ArrayList<>();
    Socket wanted;
    do {
      wanted = Socket.newSocketStream();
      opened.add(wanted);
    } while (wanted.intValue() != descriptor && opened.size() < 100);
    assertThat(wanted.intValue()).isEqualTo(descriptor);
    opened.remove(wanted);
    for (Socket each : opened) {
      each.close();
    }
    return wanted;
  }

  private static EncodedPage frames() {
    return FrameSamples.frames(
        List.of(Samples.update(1, "x", "t")),
        EventEncoder.Form.PLAIN,
        TransferCoding.CHUNKED,
        topic -> true);
  }
}
