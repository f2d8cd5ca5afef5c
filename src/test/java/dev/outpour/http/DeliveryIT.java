package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HeldLoop;
import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.SseParser.Event;
import dev.outpour.TestHub;
import dev.outpour.update.Interest;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import io.vertx.core.Context;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every subscriber receives every match once and in log order, on every event loop. */
class DeliveryIT {

  private static final int LOOPS = 3;

  /** The writers have 64 requests in flight together. */
  private static final int PUBLISHERS = 2;

  private static final int EACH = 32;

  private static TestHub hub;

  @BeforeAll
  static void start() {
    hub = TestHub.start();
    assertThat(hub.loops()).hasSize(LOOPS);
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static void close(List<SseClient> readers) {
    readers.forEach(SseClient::close);
  }

  /** Consecutive connections usually go to consecutive loops; the test verifies it. */
  private static List<SseClient> oneReaderPerLoop(String query) {
    return Stream.generate(() -> hub.read(query)).limit(LOOPS).toList();
  }

  @Test
  void onePublishReachesReadersOfAllLoopsAndALoopThatIsHeldUpHoldsNobodyElseUp() {
    List<SseClient> readers = oneReaderPerLoop("topic=loops");
    Set<SseClient> onHeldLoops = new HashSet<>();
    int count = 0;
    for (Context loop : hub.loops()) {
      int expected = ++count;
      try (HeldLoop held = new HeldLoop(loop)) {
        assertThat(held).isNotNull();
        publishBeside(loop, "loops");
        Await.until(
            () -> readers.stream().filter(each -> each.events().size() == expected).count() == 2,
            () -> readers);
        readers.stream().filter(each -> each.events().size() < expected).forEach(onHeldLoops::add);
      }
      readers.forEach(each -> each.awaitEvents(expected));
    }
    assertThat(onHeldLoops).as("each on another loop").hasSize(LOOPS);
    assertThat(readers).extracting(SseClient::events).containsOnly(readers.get(0).events());
    assertThat(readers).allMatch(each -> each.words().isEmpty());
    close(readers);
  }

  @Test
  void readerThatMovesToALoopThatIsHeldUpMissesNothingAndIsToldNothing() {
    List<SseClient> readers = oneReaderPerLoop("topic=moves");
    for (Context loop : hub.loops()) {
      List<SseClient> moved = new ArrayList<>();
      try (HeldLoop held = new HeldLoop(loop)) {
        assertThat(held).isNotNull();
        long before = readers.get(0).events().size();
        publishBeside(loop, "moves");
        Await.until(
            () -> readers.stream().anyMatch(each -> each.events().size() > before), () -> readers);
        SseClient ahead =
            readers.stream().filter(each -> each.events().size() > before).findFirst().get();
        for (int i = 0; i < LOOPS; i++) {
          moved.add(hub.reader("topic=moves").lastEventId(ahead.lastEventId()).send());
        }
      }
      String last = publishBeside(loop, "moves");
      for (SseClient each : moved) {
        each.awaitLastId(last);
        assertThat(each.events()).hasSize(1);
        assertThat(each.words()).extracting(Event::name).allMatch("outpour.resumed"::equals);
      }
      readers.forEach(each -> each.awaitLastId(last));
      close(moved);
    }
    close(readers);
  }

  /** Publishes on a loop that is not blocked: an HTTP connection could be on one that is. */
  private static String publishBeside(Context held, String topic) {
    Context free = hub.loops().stream().filter(each -> each != held).findFirst().orElseThrow();
    CompletableFuture<String> id = new CompletableFuture<>();
    DeliveryOptions options = new DeliveryOptions().addHeader("topic", topic);
    free.runOnContext(
        turn ->
            hub.vertx()
                .eventBus()
                .<JsonObject>request("outpour.ingest", new JsonObject(), options)
                .onSuccess(answer -> id.complete(answer.body().getString("id")))
                .onFailure(id::completeExceptionally));
    return id.orTimeout(Await.LONG.toSeconds(), TimeUnit.SECONDS).join();
  }

  @Test
  void threeReadersHaveAllOfTenThousandUpdatesOnceAndInOrder() {
    int count = 10_000;
    List<SseClient> readers = oneReaderPerLoop("topic=many");
    Map<String, String> acknowledged = new ConcurrentHashMap<>();
    List<CompletableFuture<Void>> publishers = new ArrayList<>();
    for (int i = 0; i < PUBLISHERS; i++) {
      int from = i * count / PUBLISHERS;
      int to = (i + 1) * count / PUBLISHERS;
      publishers.add(CompletableFuture.runAsync(() -> publish(from, to, acknowledged)));
    }
    publishers.forEach(CompletableFuture::join);
    assertThat(acknowledged).hasSize(count);
    for (SseClient reader : readers) {
      List<Event> events = reader.awaitEvents(count);
      assertThat(events).hasSize(count);
      assertThat(events.stream().map(Event::sequence).toList()).isSorted();
      assertThat(events.stream().collect(Collectors.toMap(Event::id, Event::data)))
          .as("the acknowledged updates, under their ids")
          .isEqualTo(acknowledged);
      assertThat(reader.words()).isEmpty();
    }
    close(readers);
  }

  /** Publishes {@value #EACH} numbers a writer, each over a connection of its own. */
  private static void publish(int from, int to, Map<String, String> acknowledged) {
    List<RawHttp> connections = Stream.generate(hub::connect).limit(EACH).toList();
    for (int i = from; i < to; i += EACH) {
      int end = Math.min(to, i + EACH);
      for (int n = i; n < end; n++) {
        connections
            .get(n - i)
            .send(
                "POST /update?topic=many HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                    + Integer.toString(n).length()
                    + "\r\n\r\n"
                    + n);
      }
      for (int n = i; n < end; n++) {
        RawHttp.Answer answer = connections.get(n - i).answer();
        assertThat(answer.status()).isEqualTo(200);
        acknowledged.put(new JsonObject(answer.body()).getString("id"), Integer.toString(n));
      }
    }
    connections.forEach(RawHttp::close);
  }

  @Test
  void nobodyGetsWhatItDidNotAskForNeitherLiveNorInReplay() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> topics = List.of("leak/a", "leak/b", "leak/b/x", "leak", "leaky/a", "z/leak/a");
    List<List<String>> wants =
        List.of(
            List.of("leak/a"),
            List.of("leak/b"),
            List.of("leak/*"),
            List.of("leak/**"),
            List.of("leak/a", "leak/b/*"),
            List.of("leak/*", "leak/a"));
    String from = hub.publish("start", "0");
    List<SseClient> live = wants.stream().map(each -> hub.read(query(each))).toList();
    List<Event> expected = new ArrayList<>();
    List<List<Topic>> topicsOf = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      List<String> some =
          topics.stream().filter(each -> random.nextInt(4) == 0).collect(Collectors.toList());
      some.add(topics.get(random.nextInt(topics.size())));
      String query =
          some.stream().distinct().map(each -> "topic=" + each).collect(Collectors.joining("&"));
      String id = new JsonObject(hub.post(query, null, "" + i).body()).getString("id");
      expected.add(new Event(id, "message", "" + i));
      topicsOf.add(some.stream().map(Topic::new).toList());
    }
    String end = new JsonObject(hub.post(query(topics), null, "\"end\"").body()).getString("id");
    expected.add(new Event(end, "message", "\"end\""));
    topicsOf.add(topics.stream().map(Topic::new).toList());
    for (int i = 0; i < wants.size(); i++) {
      Interest interest = Interest.of(wants.get(i).stream().map(TopicPattern::parse).toList());
      List<Event> wanted = new ArrayList<>();
      for (int j = 0; j < expected.size(); j++) {
        if (interest.matches(topicsOf.get(j))) {
          wanted.add(expected.get(j));
        }
      }
      live.get(i).awaitLastId(end);
      assertThat(live.get(i).events()).as("live, seed %d", seed).isEqualTo(wanted);
      for (String start : List.of("lastEventId=" + from, "last=10000", "lastEventId=earliest")) {
        try (SseClient replayed = hub.read(query(wants.get(i)) + "&" + start)) {
          replayed.awaitLastId(end);
          assertThat(replayed.events()).as("%s, seed %d", start, seed).isEqualTo(wanted);
        }
      }
    }
    close(live);
  }

  private static String query(List<String> topics) {
    return topics.stream().map(each -> "topic=" + each).collect(Collectors.joining("&"));
  }

  @Test
  void readerThatBreaksOffAndComesBackWhilePublishingGoesOnHasAllOnce() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int count = 3_000;
    String from = hub.publish("start", "0");
    AtomicInteger connections = new AtomicInteger();
    Thread publisher =
        new Thread(
            () -> {
              for (int i = 0; i < count; i += 30) {
                int end = i + 30;
                // However fast the hub is, the subscriber reconnects more than ten times.
                Await.until(
                    "the reader's return", () -> end <= 240 * (connections.get() + 1) + 120);
                hub.publishNumbers("resumes", i, i + 29);
              }
            });
    publisher.start();
    List<Event> had = new ArrayList<>();
    String last = from;
    while (had.size() < count) {
      try (SseClient reader = hub.resume("topic=resumes", last)) {
        reader.awaitEvents(Math.min(count - had.size(), random.nextInt(120)));
        if (random.nextBoolean()) {
          reader.reset();
        } else {
          reader.finish();
        }
        reader.awaitEnd();
        had.addAll(reader.events());
        last = reader.lastEventId();
        assertThat(reader.words())
            .as("seed %d", seed)
            .extracting(Event::name)
            .allMatch("outpour.resumed"::equals);
        connections.incrementAndGet();
      }
    }
    publisher.join();
    assertThat(had.stream().map(Event::data).toList())
        .as("seed %d", seed)
        .isEqualTo(IntStream.range(0, count).mapToObj(Integer::toString).toList());
    assertThat(connections).hasValueGreaterThan(10);
  }

  @Test
  void updateWithSeveralMatchingTopicsComesOnce() {
    try (SseClient reader = hub.read("topic=once/*&topic=once/a&topic=once/**&topic=once/b")) {
      hub.post("topic=once/a&topic=once/b&topic=once/c", null, "1");
      String id = hub.publish("once/a", "2");
      reader.awaitLastId(id);
      assertThat(reader.data()).isEqualTo(Arrays.asList("1", "2"));
      try (SseClient replay = hub.read("topic=once/*&topic=once/a&last=2")) {
        assertThat(replay.awaitEvents(2)).isEqualTo(reader.events());
      }
    }
  }
}
