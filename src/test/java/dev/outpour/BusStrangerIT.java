package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.bus.MessageBus;
import dev.outpour.log.UpdateBus;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sends frames to the event bus of nodes without certificates, as any program of the machine can.
 * Such a program may send what a node may send; anything else changes nothing.
 */
class BusStrangerIT {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static final int TIMES = 50;

  @TempDir private static Path directory;
  private static TestCluster cluster;
  private static HubProcess ingest;
  private static HubProcess edge;
  private static int port;
  private static Vertx asking;
  private static List<Integer> buses;

  @BeforeAll
  static void makeCluster() throws Exception {
    cluster = new TestCluster(directory, 3, 10);
    ingest = cluster.ingest();
    edge = cluster.edge();
    ingest.awaitLine("Ready");
    port = edge.awaitPort();
    asking = cluster.join();
    buses = BusFrame.ports(asking);
    assertThat(buses).hasSize(2);
    Await.until(() -> publish("flow", "0") == 200, cluster::output);
  }

  @AfterAll
  static void stopCluster() {
    Await.result(asking.close());
    cluster.close();
  }

  private static int publish(String topic, String json) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/update?topic=" + topic))
            .POST(BodyPublishers.ofString(json))
            .build();
    return CLIENT.sendAsync(request, BodyHandlers.discarding()).join().statusCode();
  }

  private static Buffer hex(String hex) {
    return Buffer.buffer(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  /** Valid frames with invalid or misplaced content. */
  static Stream<Map.Entry<String, Buffer>> frames() {
    Buffer future =
        hex("03")
            .appendBuffer(BusFrame.json("updates"))
            .appendBuffer(hex("00"))
            .appendBuffer(BusFrame.json("forged"))
            .appendBuffer(hex("00000001"))
            .appendBuffer(BusFrame.json("forged01"))
            .appendLong(1)
            .appendLong(1)
            .appendLong(Long.MAX_VALUE)
            .appendBuffer(hex("00"))
            .appendBuffer(hex("00000001"))
            .appendBuffer(BusFrame.json("forged01"))
            .appendLong(1)
            .appendLong(1)
            .appendLong(0)
            .appendLong(Long.MAX_VALUE)
            .appendBuffer(hex("00000000"));
    List<Map.Entry<String, Buffer>> all = new ArrayList<>();
    for (String address :
        List.of(
            UpdateBus.INGEST,
            MessageBus.APPEND,
            MessageBus.LOG,
            UpdateBus.LOST,
            "outpour.owner",
            "outpour.updates",
            "nobody\r\n2026-01-01 ERROR forged")) {
      all.add(Map.entry("unknown", BusFrame.named("acme", address, BusFrame.json("{}"))));
      all.add(Map.entry("no JSON", BusFrame.numbered(BusFrame.JSON, address, hex("7fffffff 7b"))));
      all.add(
          Map.entry("other JSON", BusFrame.numbered(BusFrame.JSON, address, BusFrame.json("{}"))));
      all.add(
          Map.entry(
              "an object",
              BusFrame.numbered(BusFrame.SERIALIZABLE, address, hex("00000004 aced0005"))));
      all.add(Map.entry("no message", BusFrame.named("op", address, hex("09 ffff"))));
      all.add(
          Map.entry(
              "a negative place", BusFrame.named("op", address, hex("02 00 80" + "00".repeat(7)))));
      all.add(Map.entry("a head of the future", BusFrame.named("op", address, future)));
      all.add(
          Map.entry("too few headers", BusFrame.withHeaders(hex("00000008 7fffffff"), address)));
    }
    return all.stream();
  }

  @Test
  void framesThatAreNotWhatTheySayChangeNothing() throws Exception {
    try (SseClient reader = SseClient.to(port, "/events?topic=**").open()) {
      for (Map.Entry<String, Buffer> sent :
          (Iterable<Map.Entry<String, Buffer>>) frames()::iterator) {
        if (isPublishing(sent)) {
          continue;
        }
        for (int bus : buses) {
          try (Socket socket = connect(bus)) {
            for (int i = 0; i < TIMES; i++) {
              socket.getOutputStream().write(sent.getValue().getBytes());
            }
            // Wait until the node has read all of them.
            socket.getOutputStream().write(ping().getBytes());
            assertThat(socket.getInputStream().read()).as(sent.getKey()).isEqualTo(1);
          }
        }
      }
      assertThat(publish("after", "1")).isEqualTo(200);
      reader.awaitEvents(1);
      assertThat(reader.data()).containsExactly("1");
      assertThat(reader.words()).isEmpty();
    }
    assertUnharmed();
  }

  /** Everyone who reaches the bus can publish valid JSON. */
  private static boolean isPublishing(Map.Entry<String, Buffer> sent) {
    return sent.getKey().equals("other JSON")
        && sent.getValue().toString().contains(UpdateBus.INGEST);
  }

  private static Buffer ping() {
    return BusFrame.numbered(1, "__vertx_ping", Buffer.buffer());
  }

  private static Socket connect(int bus) {
    try {
      Socket socket = new Socket();
      socket.connect(new InetSocketAddress("127.0.0.1", bus));
      socket.setSoTimeout((int) Await.LONG.toMillis());
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Both nodes still serve, and log nothing but what they log anyway. */
  private static void assertUnharmed() {
    Await.until("served", () -> publish("unharmed", "{}") == 200);
    for (HubProcess node : List.of(ingest, edge)) {
      assertThat(node.isAlive()).isTrue();
      assertThat(node.unread())
          .filteredOn(line -> !line.contains(" INFO "))
          // An edge logs at its start that it waits for the log, and a hub that its memory is
          // short.
          .filteredOn(line -> !line.contains(" LogFollower - "))
          .filteredOn(line -> !line.contains(" MemoryGuard - "))
          .isEmpty();
    }
  }
}
