package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.log.UpdateBus;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What programs of the same machine can do to nodes without certificates whose event bus they find:
 * they may say what a node may say, and break nothing with anything else.
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

  /** What is no frame of a bus, whatever follows it. */
  static Stream<Map.Entry<String, Buffer>> noFrames() {
    Buffer rubbish = Buffer.buffer("x".repeat(4096));
    return Stream.of(
        Map.entry("a length of 2^31 - 1", hex("7fffffff 02 04 00").appendBuffer(rubbish)),
        Map.entry("a length of -2^31", hex("80000000 02 04 00").appendBuffer(rubbish)),
        Map.entry("a length of nothing", hex("00000000 02 04 00")),
        Map.entry("HTTP", Buffer.buffer("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")),
        Map.entry("TLS", hex("16030100a5010000a10303").appendBuffer(rubbish)),
        Map.entry("a version of the future", hex("00000010 03 04 00 00000000")),
        Map.entry("a form that nobody has", hex("00000010 02 12 00 00000000")),
        Map.entry("a negative form", hex("00000010 02 fe 00 00000000")),
        Map.entry("an address of 2^31 - 1 bytes", hex("00001000 02 04 00 7fffffff")),
        Map.entry("an address of -1 bytes", hex("00001000 02 04 00 ffffffff")),
        Map.entry("an address beyond the frame", hex("00000010 02 04 00 00000020")),
        Map.entry("headers of 2^31 - 1 bytes", BusFrame.withHeaders(hex("7fffffff 00000001"), "a")),
        Map.entry("headers of no bytes", BusFrame.withHeaders(hex("00000000"), "a")),
        Map.entry("a frame without an end of its head", hex("00000004 02 04 00 00")));
  }

  @ParameterizedTest
  @MethodSource("noFrames")
  void connectionThatBringsNoFrameIsClosed(Map.Entry<String, Buffer> sent) throws Exception {
    for (int bus : buses) {
      for (int i = 0; i < TIMES; i++) {
        try (Socket socket = connect(bus)) {
          assertClosed(socket, sent.getValue());
        }
      }
    }
    assertUnharmed();
  }

  /** Frames that are such, with something in them that is not what it says or is not for there. */
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
            UpdateBus.APPEND,
            UpdateBus.LOG,
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
            // Until it has read all of them.
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

  /** JSON that is such may be published by whoever reaches the bus. */
  private static boolean isPublishing(Map.Entry<String, Buffer> sent) {
    return sent.getKey().equals("other JSON")
        && sent.getValue().toString().contains(UpdateBus.INGEST);
  }

  private static Buffer ping() {
    return BusFrame.numbered(1, "__vertx_ping", Buffer.buffer());
  }

  @Test
  void framesThatNeverEndHoldNoMoreThanAQuarterOfTheHeap() throws Exception {
    byte[] half = new byte[12 << 20];
    List<Socket> sockets = new ArrayList<>();
    try {
      int closed = 0;
      for (int i = 0; i < 8; i++) {
        Socket socket = connect(buses.get(0));
        sockets.add(socket);
        Buffer begun =
            BusFrame.numbered(BusFrame.JSON, UpdateBus.INGEST, Buffer.buffer(half))
                .setInt(0, 30 << 20);
        closed += isTaken(socket, begun) ? 0 : 1;
      }
      assertThat(closed).isGreaterThanOrEqualTo(4);
      // Where memory is short until it has been collected, publishers are told to try again.
      Await.until("served", () -> publish("after", "2") == 200);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    assertUnharmed();
  }

  private static boolean isTaken(Socket socket, Buffer bytes) {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(bytes.getBytes());
      socket.setSoTimeout(1_000);
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
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

  private static void assertClosed(Socket socket, Buffer sent) throws IOException {
    try {
      socket.getOutputStream().write(sent.getBytes());
      assertThat(socket.getInputStream().read()).isNegative();
    } catch (SocketException reset) {
      assertThat(reset).isNotNull();
    }
  }

  /** It goes on, and has said little. */
  private static void assertUnharmed() {
    Await.until("served", () -> publish("unharmed", "{}") == 200);
    for (HubProcess node : List.of(ingest, edge)) {
      assertThat(node.isAlive()).isTrue();
      assertThat(node.unread())
          .filteredOn(line -> !line.contains(" INFO "))
          .hasSizeLessThan(100)
          // A node says at first that it looks for the log, and where memory is short that it is.
          .filteredOn(line -> !line.contains(" Feed - ") && !line.contains(" MemoryGuard - "))
          .allMatch(line -> line.contains("to the event bus, no valid frame came in time"));
    }
  }
}
