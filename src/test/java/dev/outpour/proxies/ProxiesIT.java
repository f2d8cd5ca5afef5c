package dev.outpour.proxies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubProcess;
import dev.outpour.Latencies;
import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.SseClient.End;
import dev.outpour.SseParser.Event;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One hub behind every proxy at once, with the settings of the documentation. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ProxiesIT {

  /** The time for which the kernel or a proxy delays data. */
  private static final double HELD_BACK_MILLIS = 150;

  private static final int STREAMS_PER_ADDRESS = 12;

  @TempDir private static Path directory;

  private static int port;
  private static HubProcess hub;
  private static Map<Kind, Proxy> proxies = new EnumMap<>(Kind.class);

  /** Subscribers of a quiet topic, connected from the start. */
  private static Map<Kind, SseClient> quiet = new EnumMap<>(Kind.class);

  @BeforeAll
  static void start() throws Exception {
    JsonObject configuration =
        new JsonObject(Proxy.shown("json"))
            .mergeIn(
                new JsonObject()
                    .put("http", new JsonObject().put("port", HubProcess.freePort()))
                    .put("limits", new JsonObject().put("streamsPerAddress", STREAMS_PER_ADDRESS))
                    .put("ingest", new JsonObject()),
                true);
    Files.writeString(directory.resolve("conf.json"), configuration.encode());
    startHub();
  }

  private static void startHub() throws Exception {
    hub = HubProcess.start(directory, "-conf", "conf.json");
    port = hub.awaitPort();
  }

  @AfterAll
  static void stop() {
    quiet.values().forEach(SseClient::close);
    proxies.values().forEach(Proxy::close);
    hub.close();
  }

  private static int behind(Kind kind) throws IOException {
    if (!proxies.containsKey(kind)) {
      proxies.put(kind, Proxy.start(kind, port, directory));
      quiet.put(kind, reader(kind, "quiet").open());
    }
    return proxies.get(kind).port();
  }

  private static SseClient.Request reader(Kind kind, String topic) throws IOException {
    return SseClient.to(behind(kind), "/events?topic=" + topic);
  }

  private static RawHttp.Answer post(Kind kind, String topic, String headers, String body)
      throws IOException {
    try (RawHttp connection = RawHttp.connect(behind(kind))) {
      return connection
          .send(head(topic, headers + "Content-Length: " + body.length() + "\r\n") + body)
          .answer();
    }
  }

  private static String head(String topic, String headers) {
    return "POST /update?topic=" + topic + " HTTP/1.1\r\nHost: push.example\r\n" + headers + "\r\n";
  }

  private static void publish(Kind kind, String topic, int from, int to) throws IOException {
    for (int i = from; i <= to; i++) {
      RawHttp.Answer answer = post(kind, topic, "", "" + i);
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }
  }

  private static List<String> numbers(int from, int to) {
    List<String> numbers = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      numbers.add("" + i);
    }
    return numbers;
  }

  @ParameterizedTest
  @EnumSource
  @Order(1)
  void firstBlockAndEveryEventComeAtOnce(Kind kind) throws Exception {
    behind(kind);
    long begun = System.nanoTime();
    try (SseClient reader = reader(kind, "a" + kind).open()) {
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
      assertThat(reader.header("Content-Type")).isEqualTo("text/event-stream;charset=utf-8");
      Latencies latencies = new Latencies();
      for (int i = 1; i <= 20; i++) {
        long sent = System.nanoTime();
        publish(kind, "a" + kind, i, i);
        reader.awaitEvents(i);
        latencies.add(System.nanoTime() - sent);
      }
      assertThat(reader.data()).isEqualTo(numbers(1, 20));
      assertThat(latencies.quantile(0.5)).as("" + latencies).isLessThan(HELD_BACK_MILLIS);
    }
  }

  @ParameterizedTest
  @EnumSource
  @Order(1)
  void linesAreReadWhileTheirPublisherStillSends(Kind kind) throws Exception {
    try (SseClient reader = reader(kind, "b" + kind).open();
        RawHttp publisher = RawHttp.connect(behind(kind))) {
      publisher.send(
          head("b" + kind, "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n"));
      for (int i = 1; i <= 3; i++) {
        publisher.sendChunk(i + "\n");
        reader.awaitEvents(i);
      }
      RawHttp.Answer answer = publisher.sendChunk("").answer();
      assertThat(new JsonObject(answer.body()).getInteger("count")).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @EnumSource
  @Order(1)
  void readerGoesOnWhereItWas(Kind kind) throws Exception {
    String position;
    try (SseClient reader = reader(kind, "c" + kind).open()) {
      publish(kind, "c" + kind, 1, 3);
      reader.awaitEvents(3);
      position = reader.lastEventId();
      reader.reset();
    }
    publish(kind, "c" + kind, 4, 6);
    try (SseClient reader = reader(kind, "c" + kind).lastEventId(position).open()) {
      reader.awaitEvents(3);
      assertThat(reader.data()).isEqualTo(numbers(4, 6));
      assertThat(reader.words()).extracting(Event::name).containsExactly("outpour.resumed");
    }
  }

  @ParameterizedTest
  @EnumSource
  @Order(1)
  void pageOfItsOwnNameMayPublishAndAnotherMayNot(Kind kind) throws Exception {
    String own = "Origin: https://push.example\r\n";
    String other = "Origin: https://push.example.evil.example\r\n";
    assertThat(post(kind, "d" + kind, own, "1").status()).isEqualTo(200);
    assertThat(post(kind, "d" + kind, other, "2").status()).isEqualTo(403);
  }

  @ParameterizedTest
  @EnumSource
  @Order(1)
  void refusalsComeThrough(Kind kind) throws Exception {
    RawHttp.Answer malformed = post(kind, "e" + kind, "", "{");
    assertThat(malformed.status()).isEqualTo(400);
    assertThat(malformed.header("Content-Type")).isEqualTo("application/problem+json");
    String large = "1".repeat(1_100_000);
    assertThat(post(kind, "e" + kind, "", large).status()).isEqualTo(413);
  }

  @ParameterizedTest
  @EnumSource
  @Order(1)
  void addressIsLimitedAsTheProxyNamesIt(Kind kind) throws Exception {
    List<SseClient> readers = new ArrayList<>();
    try {
      SseClient.Request one = reader(kind, "f").from("127.0.0." + (10 + kind.ordinal()));
      for (int i = 0; i < STREAMS_PER_ADDRESS; i++) {
        readers.add(one.open());
        assertThat(readers.get(i).words()).isEmpty();
      }
      SseClient liar = one.header("X-Forwarded-For", "192.0.2." + (10 + kind.ordinal())).open();
      readers.add(liar);
      assertThat(liar.awaitWords(1).get(0).data()).contains("limit");
      assertThat(liar.awaitEnd()).isEqualTo(End.PROPER);
      SseClient other = reader(kind, "f").from("127.0.0." + (20 + kind.ordinal())).open();
      readers.add(other);
      assertThat(other.words()).isEmpty();
    } finally {
      readers.forEach(SseClient::close);
    }
  }

  @ParameterizedTest
  @EnumSource
  @Order(2)
  void heartbeatsPass(Kind kind) throws Exception {
    behind(kind);
    RawHttp.Answer answer = post(kind, "g" + kind, "", "1");
    String head = new JsonObject(answer.body()).getString("id");
    quiet.get(kind).awaitLastId(head);
    assertThat(quiet.get(kind).events()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @Order(3)
  void hubIsRestartedBehindIt(Kind kind) throws Exception {
    String position;
    try (SseClient reader = reader(kind, "h" + kind).open()) {
      publish(kind, "h" + kind, 1, 3);
      reader.awaitEvents(3);
      hub.terminate();
      assertThat(reader.awaitWords(1).get(0).data()).contains("shutdown");
      assertThat(reader.awaitEnd()).isEqualTo(End.PROPER);
      position = reader.lastEventId();
    }
    hub.awaitExit();
    assertThat(isThrough(kind)).isFalse();
    startHub();
    Await.until("goes through", () -> isThrough(kind));
    publish(kind, "h" + kind, 4, 5);
    try (SseClient reader = reader(kind, "h" + kind).lastEventId(position).open()) {
      reader.awaitEvents(2);
      assertThat(reader.data()).isEqualTo(numbers(4, 5));
    }
  }

  private static boolean isThrough(Kind kind) {
    try (RawHttp connection = RawHttp.connect(behind(kind))) {
      connection.send("GET /health HTTP/1.1\r\nHost: push.example\r\n\r\n");
      return connection.answer().status() == 200;
    } catch (UncheckedIOException e) {
      return false; // Varnish closes the connection without an answer.
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
