package dev.outpour.cli;

import dev.outpour.Await;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A TCP relay between a client and a hub that can cut their connections. */
final class Relay implements AutoCloseable {
  /** The last chunk of a request's body. */
  private static final String END = "0\r\n\r\n";

  private final Vertx vertx = Vertx.vertx();
  private final Set<NetSocket> clients = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong bytesToHub = new AtomicLong();
  private final AtomicInteger positions = new AtomicInteger();
  private final AtomicInteger ends = new AtomicInteger();
  private final AtomicInteger answersToCut = new AtomicInteger();
  private final NetServer server;

  Relay(int hub) {
    this.server =
        Await.result(
            vertx
                .createNetServer()
                .connectHandler(client -> connect(client, hub))
                .listen(0, "localhost"));
  }

  private void connect(NetSocket client, int hub) {
    connections.incrementAndGet();
    clients.add(client);
    client.closeHandler(closed -> clients.remove(client));
    client.pause();
    vertx
        .createNetClient()
        .connect(hub, "localhost")
        .onFailure(failure -> client.close())
        .onSuccess(
            toHub -> {
              toHub.handler(
                  bytes -> {
                    if (answersToCut.get() > 0 && answersToCut.decrementAndGet() >= 0) {
                      client.close();
                    } else {
                      client.write(bytes);
                      positions.addAndGet(bytes.toString().contains("outpour.position") ? 1 : 0);
                    }
                  });
              toHub.closeHandler(closed -> client.close());
              client.handler(
                  bytes -> {
                    toHub.write(bytes);
                    bytesToHub.addAndGet(bytes.length());
                    ends.addAndGet(bytes.toString().endsWith(END) ? 1 : 0);
                  });
              client.closeHandler(
                  closed -> {
                    clients.remove(client);
                    toHub.close();
                  });
              client.resume();
            });
  }

  String url() {
    return "http://localhost:" + server.actualPort();
  }

  /** How many connections clients have opened. */
  int connections() {
    return connections.get();
  }

  /** How many times clients were sent a position. */
  int positions() {
    return positions.get();
  }

  /** How many requests with lines have ended. */
  int ends() {
    return ends.get();
  }

  /** How many bytes clients have sent. */
  long bytesToHub() {
    return bytesToHub.get();
  }

  /** Closes the connection in place of each of the next {@code count} answers. */
  void cutAnswers(int count) {
    answersToCut.set(count);
  }

  /** Closes every open connection. */
  void cut() {
    List.copyOf(clients).forEach(client -> Await.result(client.close()));
  }

  @Override
  public void close() {
    Await.result(vertx.close());
  }
}
