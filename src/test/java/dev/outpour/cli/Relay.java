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

/** Stands between a client and a hub, and cuts their connections when it is told to. */
final class Relay implements AutoCloseable {
  /** The last chunk of a body. */
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
            there -> {
              there.handler(
                  bytes -> {
                    if (answersToCut.get() > 0 && answersToCut.decrementAndGet() >= 0) {
                      client.close();
                    } else {
                      client.write(bytes);
                      positions.addAndGet(bytes.toString().contains("outpour.position") ? 1 : 0);
                    }
                  });
              there.closeHandler(closed -> client.close());
              client.handler(
                  bytes -> {
                    there.write(bytes);
                    bytesToHub.addAndGet(bytes.length());
                    ends.addAndGet(bytes.toString().endsWith(END) ? 1 : 0);
                  });
              client.closeHandler(
                  closed -> {
                    clients.remove(client);
                    there.close();
                  });
              client.resume();
            });
  }

  String url() {
    return "http://localhost:" + server.actualPort();
  }

  /** How many connections there have been. */
  int connections() {
    return connections.get();
  }

  /** How often something was passed on to clients that tells a position. */
  int positions() {
    return positions.get();
  }

  /** How many requests of lines have been ended. */
  int ends() {
    return ends.get();
  }

  /** How much clients have sent. */
  long bytesToHub() {
    return bytesToHub.get();
  }

  /** Closes the connection instead of passing on so many of the answers that come next. */
  void cutAnswers(int count) {
    answersToCut.set(count);
  }

  /** Closes every connection there is; nothing is passed on after that. */
  void cut() {
    List.copyOf(clients).forEach(client -> Await.result(client.close()));
  }

  @Override
  public void close() {
    Await.result(vertx.close());
  }
}
