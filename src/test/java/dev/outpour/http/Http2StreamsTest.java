package dev.outpour.http;

import static dev.outpour.RawHttp2.DATA;
import static dev.outpour.RawHttp2.GOAWAY;
import static dev.outpour.RawHttp2.HEADERS;
import static dev.outpour.RawHttp2.RST_STREAM;
import static dev.outpour.RawHttp2.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp2;
import dev.outpour.RawHttp2.Frame;
import dev.outpour.SseClient;
import dev.outpour.SseParser;
import dev.outpour.TestCertificate;
import dev.outpour.TestHub;
import dev.outpour.auth.Tokens;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many event streams over one HTTP/2 connection. */
class Http2StreamsTest {

  private static final int STREAMS = 100;
  private static final int STALLED = 1;

  /** The initial windows of each stream and of the connection. */
  private static final int WINDOW = 65_535;

  /** A client with one subscriber a stream, some of which never open their window again. */
  private static final class Client implements AutoCloseable {
    private final RawHttp2 raw;
    private final IntPredicate reads;
    private final Map<Integer, SseParser> parsers = new HashMap<>();
    private final Map<Integer, Http2Headers> heads = new TreeMap<>();
    private final Map<Integer, Frame> ends = new TreeMap<>();
    private int stalledBytes;

    Client(TestHub hub, IntPredicate reads) {
      this.raw = RawHttp2.connect(hub.port(), TestCertificate.shared().trusting());
      this.reads = reads;
      raw.greet().send();
    }

    /** Opens a stream, and waits for its first block. */
    SseParser open(int stream, String target, String... headers) {
      SseParser parser = new SseParser();
      parsers.put(stream, parser);
      raw.get(stream, target, headers).send();
      readUntil(() -> !parser.blocks().isEmpty());
      return parser;
    }

    void readUntil(BooleanSupplier condition) {
      while (!condition.getAsBoolean()) {
        Frame frame = raw.read();
        assertThat(frame).as("a frame").isNotNull();
        take(frame);
      }
    }

    private void take(Frame frame) {
      if (frame.type() == HEADERS) {
        heads.put(frame.stream(), raw.decode(frame));
      } else if (frame.type() == DATA) {
        parsers.get(frame.stream()).feed(frame.payload(), 0, frame.payload().length);
        makeRoom(frame.stream(), frame.payload().length);
      }
      if (frame.isLast() || frame.type() == RST_STREAM || frame.type() == GOAWAY) {
        ends.put(frame.stream(), frame);
      }
    }

    private void makeRoom(int stream, int bytes) {
      if (bytes == 0) {
        return;
      }
      raw.frameOf(WINDOW_UPDATE, 0, bytes);
      if (reads.test(stream)) {
        raw.frameOf(WINDOW_UPDATE, stream, bytes);
      } else {
        stalledBytes += bytes;
      }
      raw.send();
    }

    int count(int stream) {
      return parsers.get(stream).events().size();
    }

    List<String> data(int stream) {
      return parsers.get(stream).events().stream()
          .filter(event -> !event.isWord())
          .map(SseParser.Event::data)
          .toList();
    }

    @Override
    public void close() {
      raw.close();
    }
  }

  private static JsonObject http(JsonObject more) {
    return new JsonObject().put("http", TestHub.tls().mergeIn(more));
  }

  private static List<String> publish(TestHub hub, int from, int count, int size) {
    return Stream.iterate(from, i -> i + 1)
        .limit(count)
        .map(
            i -> {
              String data = i + " " + "x".repeat(size);
              assertThat(hub.post("topic=t", "text/plain", data).statusCode()).isEqualTo(200);
              return data;
            })
        .toList();
  }

  @Test
  void readerWhoTakesNothingHoldsUpNobodyOnItsConnectionAndIsResetAlone() throws Exception {
    TestHub.run(
        http(new JsonObject().put("stallSeconds", 1)),
        hub -> {
          try (Client client = new Client(hub, stream -> stream != STALLED)) {
            for (int i = 0; i < STREAMS; i++) {
              client.open(1 + 2 * i, "/events?topic=t");
            }
            // One of these fills the window of the whole connection.
            List<String> published = publish(hub, 0, 4, 60_000);
            List<Integer> others =
                client.parsers.keySet().stream().filter(stream -> stream != STALLED).toList();
            client.readUntil(() -> others.stream().allMatch(each -> client.count(each) == 4));
            others.forEach(each -> assertThat(client.data(each)).isEqualTo(published));
            assertThat(client.stalledBytes).isEqualTo(WINDOW);
            assertThat(client.ends).isEmpty();

            client.readUntil(() -> client.ends.containsKey(STALLED));
            assertThat(client.ends.get(STALLED).type()).isEqualTo(RST_STREAM);
            assertThat(client.ends.get(STALLED).code()).isEqualTo((int) Http2Error.CANCEL.code());
            List<String> more = publish(hub, 4, 1, 10);
            client.readUntil(() -> others.stream().allMatch(each -> client.count(each) == 5));
            others.forEach(each -> assertThat(client.data(each)).endsWith(more.get(0)));
            assertThat(client.ends).containsOnlyKeys(STALLED);

            String last = client.parsers.get(STALLED).lastEventId();
            int seen = client.data(STALLED).size();
            client.open(1 + 2 * STREAMS, "/events?topic=t", "last-event-id", last);
            client.readUntil(() -> client.data(1 + 2 * STREAMS).size() == 5 - seen);
            assertThat(client.data(1 + 2 * STREAMS))
                .isEqualTo(Stream.concat(published.stream(), more.stream()).skip(seen).toList());
          }
        });
  }

  @Test
  void readerWhoMakesRoomAgainGoesOnWhereItWas() throws Exception {
    TestHub.run(
        http(new JsonObject()),
        hub -> {
          try (Client client = new Client(hub, stream -> stream != STALLED)) {
            client.open(STALLED, "/events?topic=t");
            client.open(3, "/events?topic=t");
            List<String> published = publish(hub, 0, 30, 10_000);
            client.readUntil(() -> client.count(3) == 30 && client.stalledBytes == WINDOW);
            for (int i = 0; client.count(STALLED) < 30; i++) {
              int before = client.stalledBytes;
              int room = 1 + i * i;
              client.raw.frameOf(WINDOW_UPDATE, STALLED, room).send();
              client.readUntil(
                  () -> client.stalledBytes == before + room || client.count(STALLED) == 30);
            }
            assertThat(client.data(STALLED)).isEqualTo(published);
            assertThat(client.ends).isEmpty();
          }
        });
  }

  @Test
  void headHasNothingThatBelongsToConnections() throws Exception {
    TestHub.run(
        http(new JsonObject()),
        hub -> {
          try (Client client = new Client(hub, stream -> true)) {
            client.open(1, "/events");
            assertThat(client.heads.get(1).status()).hasToString("200");
            assertThat(client.heads.get(1).get("content-type"))
                .hasToString("text/event-stream;charset=utf-8");
            assertThat(client.heads.get(1).get("x-accel-buffering")).hasToString("no");
            assertThat(client.heads.get(1).names())
                .map(CharSequence::toString)
                .doesNotContain("connection", "transfer-encoding", "keep-alive");
          }
        });
  }

  @Test
  void shutdownEndsEachStreamAndThenTheConnection() throws Exception {
    TestHub.run(
        http(new JsonObject()),
        hub -> {
          try (Client client = new Client(hub, stream -> true)) {
            for (int i = 0; i < 10; i++) {
              client.open(1 + 2 * i, "/events?topic=t");
            }
            List<String> published = publish(hub, 0, 1, 10);
            hub.stopHttp();
            client.readUntil(() -> client.ends.size() == 11);
            for (int i = 0; i < 10; i++) {
              int stream = 1 + 2 * i;
              assertThat(client.ends.get(stream).isLast()).isTrue();
              assertThat(client.data(stream)).isEqualTo(published);
              List<SseParser.Event> events = client.parsers.get(stream).events();
              assertThat(events.get(events.size() - 1).name()).isEqualTo("outpour.closing");
            }
            assertThat(client.ends.get(0).code()).isEqualTo((int) Http2Error.NO_ERROR.code());
            client.raw.awaitClose();
          }
        });
  }

  @Test
  void tokenMayStandInAnyOfSeveralCookies() throws Exception {
    String token = Tokens.of("**", "**");
    JsonObject auth = new JsonObject().put("hmacSecret", Tokens.SECRET).put("cookie", "session");
    TestHub.run(
        http(new JsonObject()).put("auth", auth),
        hub -> {
          try (Client client = new Client(hub, stream -> true)) {
            client.open(1, "/events?topic=t", "cookie", "a=b", "cookie", "session=" + token);
            assertThat(client.heads.get(1).status()).hasToString("200");
          }
        });
  }

  @Test
  void readersOverTheLimitAreSentAwayAndTheOthersStay() throws Exception {
    JsonObject limits = new JsonObject().put("loopback", true).put("streamsPerAddress", 2);
    TestHub.run(
        http(new JsonObject()).put("limits", limits),
        hub -> {
          try (Client client = new Client(hub, stream -> true)) {
            client.open(1, "/events?topic=t");
            client.open(3, "/events?topic=t");
            client.open(5, "/events?topic=t");
            client.readUntil(() -> client.ends.containsKey(5));
            assertThat(client.parsers.get(5).events().get(0).data()).contains("limit");
            client.raw.frameOf(RST_STREAM, 3, 8).send();
            List<String> published = publish(hub, 0, 1, 10);
            client.readUntil(() -> client.data(1).equals(published));
            try (SseClient other = hub.read("topic=t")) {
              assertThat(other.status()).isEqualTo(200);
            }
          }
        });
  }

  /** Simple clients send a window update for each frame that they read. */
  @Test
  void whoMakesRoomForEachFrameItReadsIsServedHoweverSmallTheyAre() throws Exception {
    TestHub.run(
        http(new JsonObject()),
        hub -> {
          try (Client client = new Client(hub, stream -> true)) {
            for (int i = 0; i < 10; i++) {
              client.open(1 + 2 * i, "/events?topic=t");
            }
            List<String> published = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
              published.addAll(publish(hub, i, 1, 0));
              client.readUntil(
                  () ->
                      client.parsers.keySet().stream()
                          .allMatch(stream -> client.data(stream).size() == published.size()));
            }
            for (int stream : client.parsers.keySet()) {
              assertThat(client.data(stream)).isEqualTo(published);
            }
          }
        });
  }

  @Test
  void headComesAtOnceAlsoWhereThereIsNoRoomForWhatIsBehindIt() throws Exception {
    TestHub.run(
        http(new JsonObject()),
        hub -> {
          hub.publish("t", "1");
          long shortest = Long.MAX_VALUE;
          for (int i = 0; i < 5; i++) {
            try (RawHttp2 raw = RawHttp2.connect(hub.port(), TestCertificate.shared().trusting())) {
              long asked = System.nanoTime();
              raw.greet(4, 0).get(1, "/events?topic=t&last=1").send();
              assertThat(raw.decode(raw.await(HEADERS, 1)).status()).hasToString("200");
              shortest = Math.min(shortest, System.nanoTime() - asked);
            }
          }
          assertThat(TimeUnit.NANOSECONDS.toMillis(shortest)).isLessThan(500);
        });
  }
}
