package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.SseParser.Event;
import dev.outpour.log.UpdateBus;
import dev.outpour.log.UpdateListener;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Nodes with one verticle each, subscribers at all of them, and failures of nodes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir private static Path directory;
  private static TestCluster cluster;
  private static HubProcess ingest;
  private static HubProcess near;
  private static HubProcess far;
  private static int nearPort;
  private static int farPort;

  @BeforeAll
  static void makeCluster() throws Exception {
    cluster = new TestCluster(directory, 16, 10);
  }

  /** Starts the nodes that a test before has stopped; at first, all of them at once. */
  @BeforeEach
  void startNodes() throws Exception {
    boolean newIngest = ingest == null || !ingest.isAlive();
    boolean newNear = near == null || !near.isAlive();
    boolean newFar = far == null || !far.isAlive();
    ingest = newIngest ? cluster.ingest() : ingest;
    near = newNear ? cluster.edge() : near;
    far = newFar ? cluster.edge() : far;
    if (newIngest) {
      ingest.awaitLine("Ready");
    }
    nearPort = newNear ? near.awaitPort() : nearPort;
    farPort = newFar ? far.awaitPort() : farPort;
    awaitFlow(cluster, nearPort);
    awaitFlow(cluster, farPort);
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @Test
  void whatIsPublishedAtOneEdgeReachesReadersAtAllWithTheSameId() {
    try (SseClient here = read(nearPort, "topic=a");
        SseClient there = read(farPort, "topic=a")) {
      String first = publish(nearPort, "a", 1);
      String second = publish(farPort, "a", 2);

      List<Event> both =
          List.of(new Event(first, "message", "[1]"), new Event(second, "message", "[2]"));
      assertThat(here.awaitEvents(2)).isEqualTo(both);
      assertThat(there.awaitEvents(2)).isEqualTo(both);
    }
  }

  @Test
  void edgesLearnTheDefaultTopicFromTheIngestVerticle() {
    try (SseClient unnamed = read(nearPort, "");
        SseClient named = read(farPort, "topic=" + TestCluster.DEFAULT_TOPIC)) {
      assertThat(post(farPort, "", "[\"for all\"]").statusCode()).isEqualTo(200);

      assertThat(unnamed.awaitEvents(1)).isEqualTo(named.awaitEvents(1));
    }
  }

  @Test
  void otherProgramsOfTheClusterPublishAndReadOverTheBus() throws Exception {
    Vertx other = cluster.join();
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    UpdateListener listener =
        UpdateBus.listen(
            other,
            update -> {
              if (update.topics().get(0).name().equals("bus")) {
                heard.add(update.position() + " " + update.data());
              }
            });
    try {
      // It receives updates once it knows the log, and nothing signals that.
      Await.until(() -> publish(nearPort, "bus", 0) != null && !heard.isEmpty(), heard::size);
      publishNumbers("bus", 1, 100, nearPort);
      JsonObject update = new JsonObject().put("message", "hello");
      String id = TestHub.await(ask(other, update)).getString("id");
      publishNumbers("bus", 101, 200, farPort);

      Await.until(() -> heard.stream().anyMatch(it -> it.endsWith("[200]")), heard::size);
      List<String> texts = heard.stream().map(it -> it.substring(it.indexOf(' ') + 1)).toList();
      assertThat(texts.stream().filter(it -> !it.equals("[0]")))
          .containsExactlyElementsOf(
              Stream.of(numbers(1, 100), List.of(update.encode()), numbers(101, 200))
                  .flatMap(List::stream)
                  .toList());
      assertThat(heard).contains(id + " " + update.encode());
    } finally {
      listener.close();
      TestHub.await(other.close());
    }
  }

  private static Future<JsonObject> ask(Vertx other, JsonObject update) {
    DeliveryOptions options = new DeliveryOptions().addHeader("topic", "bus");
    return other
        .eventBus()
        .<JsonObject>request("outpour.ingest", update, options)
        .map(reply -> reply.body());
  }

  @Test
  void readersOfAKilledEdgeLoseNothingAndGetNothingTwice() throws Exception {
    SseClient before = read(farPort, "topic=moves");
    CompletableFuture<Void> publishing = publishInBackground("moves", 1, 400, nearPort);
    before.awaitEvents(100);
    far.kill();
    before.awaitEnd();
    try (SseClient after = resume(nearPort, "topic=moves", before.lastEventId())) {
      publishing.get(20, TimeUnit.SECONDS);
      after.awaitLastId(publish(nearPort, "moves", 401));

      assertThat(Stream.of(before, after).flatMap(each -> each.data().stream()))
          .containsExactlyElementsOf(numbers(1, 401));
      assertThat(after.words()).noneMatch(word -> word.name().equals("outpour.truncated"));
    }
  }

  @Test
  void anEdgeThatIsHeldUpCostsTheOthersNothingAndCatchesUp() throws Exception {
    try (SseClient here = read(nearPort, "topic=held");
        SseClient there = read(farPort, "topic=held")) {
      far.hold();
      String pad = "0".repeat(20_000);
      int count = 1_000;
      StringBuilder lines = new StringBuilder();
      for (int i = 1; i <= count; i++) {
        lines.append("[\"").append(pad).append("\",").append(i).append("]\n");
      }
      assertThat(postLines(nearPort, "topic=held", lines).statusCode()).isEqualTo(200);
      List<Event> all = here.awaitEvents(count);

      far.goOn();
      assertThat(there.awaitEvents(count)).isEqualTo(all);
      assertThat(there.words()).isEmpty();
    }
  }

  @Test
  void aReaderWhoIsAheadOfAnEdgeIsNeitherToldOfALossNorGivenAnythingTwice() throws Exception {
    for (int round = 1; round <= 5; round++) {
      String topic = "ahead/" + round;
      try (SseClient fast = read(nearPort, "topic=" + topic)) {
        far.hold();
        publishNumbers(topic, 1, 20, nearPort);
        String newest = fast.awaitEvents(20).get(19).id();
        try (SseClient slow =
            SseClient.to(farPort, "/events?topic=" + topic).lastEventId(newest).send()) {
          far.goOn();
          String next = publish(nearPort, topic, 21);

          slow.awaitLastId(next);
          assertThat(slow.data()).containsExactly("[21]");
          assertThat(slow.words()).noneMatch(word -> word.name().equals("outpour.truncated"));
        }
      }
    }
  }

  @Test
  void aTopicThatEndsAtOneEdgeHasEndedAtAll() {
    try (SseClient here = read(nearPort, "topic=ends");
        SseClient there = read(farPort, "topic=ends");
        SseClient wide = read(farPort, "topic=ends/**")) {
      publish(nearPort, "ends", 1);
      HttpResponse<String> last = post(nearPort, "topic=ends&end=true", "[2]");
      String end = new JsonObject(last.body()).getString("id");
      for (SseClient reader : List.of(here, there)) {
        assertThat(reader.awaitEnd()).isEqualTo(SseClient.End.PROPER);
        assertThat(reader.data()).containsExactly("[1]", "[2]");
        assertThat(reader.words())
            .containsExactly(new Event(end, "outpour.ended", "{\"topic\":\"ends\"}"));
      }
      wide.awaitWords(1);
      assertThat(wide.hasEnded()).isFalse();
      for (int port : List.of(nearPort, farPort)) {
        assertThat(post(port, "topic=ends", "[3]").statusCode()).isEqualTo(409);
        try (SseClient back = resume(port, "topic=ends", end);
            SseClient now = read(port, "topic=ends")) {
          assertThat(back.status()).isEqualTo(204);
          assertThat(now.status()).isEqualTo(204);
        }
      }
    }
  }

  @Test
  void aSecondIngestVerticleRefusesToStart() throws Exception {
    HubProcess second = cluster.ingest();

    assertThat(second.awaitExit()).isEqualTo(15);
    assertThat(second.output())
        .filteredOn(line -> !line.contains(" INFO "))
        .singleElement()
        .asString()
        .contains("Another ingest verticle owns the log");
    assertThat(publish(nearPort, "still", 1)).isNotNull();
  }

  @Test
  void aLogInMemoryThatIsGoneIsSaidAloudAndEverythingFlowsAgain() throws Exception {
    String old = publish(nearPort, "gone", 1);
    try (SseClient here = read(nearPort, "topic=gone");
        SseClient there = read(farPort, "topic=gone")) {
      ingest.kill();
      List<CompletableFuture<HttpResponse<String>>> meanwhile =
          Stream.of(nearPort, farPort)
              .map(port -> CompletableFuture.supplyAsync(() -> post(port, "topic=gone", "[2]")))
              .toList();
      ingest = cluster.ingest();
      ingest.awaitLine("Ready");

      for (CompletableFuture<HttpResponse<String>> answer : meanwhile) {
        assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isIn(503, 504);
      }
      for (SseClient reader : List.of(here, there)) {
        reader.awaitEnd();
        assertThat(reader.words())
            .containsExactly(new Event(old, "outpour.closing", "{\"reason\":\"unavailable\"}"));
      }
    }
    near.awaitLine("was in memory and is gone");
    far.awaitLine("was in memory and is gone");
    try (SseClient here = resume(nearPort, "topic=gone", old);
        SseClient there = resume(farPort, "topic=gone", old)) {
      String id = publish(farPort, "gone", 4);
      for (SseClient reader : List.of(here, there)) {
        assertThat(reader.awaitEvents(1)).containsExactly(new Event(id, "message", "[4]"));
        assertThat(reader.words())
            .singleElement()
            .satisfies(word -> assertThat(word.name()).isEqualTo("outpour.truncated"))
            .satisfies(word -> assertThat(word.data()).contains("\"reason\":\"unknown\""));
      }
    }
  }

  @Test
  void readersOfALogOnDiskStayWhileItsOwnerIsKilledAndComesBack() throws Exception {
    try (TestCluster apart = new TestCluster(directory, 3, 10)) {
      HubProcess owner = apart.ingest("sqlite");
      int port = apart.edge().awaitPort();
      awaitFlow(apart, port);
      try (SseClient reader = read(port, "topic=disk")) {
        publishNumbers("disk", 1, 20, port);
        reader.awaitEvents(20);
        owner.kill();
        apart.ingest("sqlite").awaitLine("Ready");
        awaitFlow(apart, port);
        publishNumbers("disk", 21, 40, port);

        reader.awaitEvents(40);
        assertThat(reader.data()).containsExactlyElementsOf(numbers(1, 40));
        assertThat(reader.words()).isEmpty();
      }
    }
  }

  @Test
  void ofTwoOwnersAfterAHealedPartitionTheOneWithTheShorterLogGivesWay() throws Exception {
    try (TestCluster apart = new TestCluster(directory, 3, 2)) {
      HubProcess longer = apart.ingest();
      HubProcess edge = apart.edge();
      longer.awaitLine("Ready");
      int port = edge.awaitPort();
      awaitFlow(apart, port);
      String old = publish(port, "parted", 1);
      publishNumbers("long", 1, 200, port);
      longer.hold();
      edge.awaitLine(" left, ");
      HubProcess shorter = apart.ingest();
      shorter.awaitLine("Ready");
      awaitFlow(apart, port);
      assertThat(epoch(publish(port, "parted", 2))).isNotEqualTo(epoch(old));

      longer.goOn();
      assertThat(shorter.awaitLine("Another ingest verticle owns the log")).contains(" ERROR ");
      awaitFlow(apart, port);
      for (int i = 0; i < 20; i++) {
        assertThat(epoch(publish(port, "parted", 3))).isEqualTo(epoch(old));
      }
      assertThat(longer.unread()).noneMatch(line -> line.contains(" ERROR "));
    }
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void everyKindOfNodeEndsPromptlyWhenAsked() throws Exception {
    HubProcess simulator = cluster.simulator(nearPort);
    try (SseClient reader = read(nearPort, "")) {
      reader.awaitEvents(1);
      for (HubProcess node : List.of(simulator, far, near, ingest)) {
        long begun = System.nanoTime();
        assertThat(node.terminate().awaitExit()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        assertThat(node.output()).last().asString().endsWith("Stopped");
      }
      reader.awaitEnd();
      assertThat(reader.words())
          .extracting(Event::data)
          .containsExactly("{\"reason\":\"shutdown\"}");
    }
  }

  private static SseClient read(int port, String query) {
    return SseClient.to(port, "/events?" + query).open();
  }

  private static SseClient resume(int port, String query, String lastEventId) {
    return SseClient.to(port, "/events?" + query).lastEventId(lastEventId).open();
  }

  private static String epoch(String id) {
    return id.substring(0, id.indexOf('-'));
  }

  /** Waits until an edge accepts updates. */
  private static void awaitFlow(TestCluster of, int port) {
    Await.until(() -> post(port, "topic=flow", "{}").statusCode() == 200, of::output);
  }

  private static String publish(int port, String topic, int number) {
    HttpResponse<String> answer = post(port, "topic=" + TestHub.encode(topic), json(number));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body()).getString("id");
  }

  /** Publishes one by one, each after the response to the previous one. */
  private static void publishNumbers(String topic, int from, int to, int port) {
    IntStream.rangeClosed(from, to).forEach(number -> publish(port, topic, number));
  }

  private static CompletableFuture<Void> publishInBackground(
      String topic, int from, int to, int port) {
    return CompletableFuture.runAsync(() -> publishNumbers(topic, from, to, port));
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(ClusterIT::json).toList();
  }

  private static String json(int number) {
    return "[" + number + "]";
  }

  private static HttpResponse<String> post(int port, String query, CharSequence body) {
    return post(port, query, "application/json", body);
  }

  private static HttpResponse<String> postLines(int port, String query, CharSequence lines) {
    return post(port, query, "application/x-ndjson", lines);
  }

  /** Fails if it hangs. */
  private static HttpResponse<String> post(
      int port, String query, String contentType, CharSequence body) {
    try {
      return CLIENT.send(
          HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/update?" + query))
              .header("Content-Type", contentType)
              .timeout(Duration.ofSeconds(20))
              .POST(BodyPublishers.ofString(body.toString()))
              .build(),
          BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
