package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.SseClient;
import dev.outpour.TestHub;
import dev.outpour.auth.Tokens;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Subscribers with random patterns and rights get what both match, live and replayed. */
class NarrowedStreamTest {

  private static final int READERS = 150;
  private static final int UPDATES = 120;
  private static final String DONE = "a/b/c";

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  private record Sent(List<String> topics, String data) {}

  private record Reader(
      List<String> asked, List<String> allowed, SseClient live, List<Sent> wanted) {}

  @Test
  void readersGetWhatIsBothAskedAndAllowedLiveAndReplayed() throws Exception {
    JsonObject auth = new JsonObject().put("hmacSecret", Tokens.SECRET);
    TestHub.run(new JsonObject().put("auth", auth), this::check);
  }

  private void check(TestHub hub) {
    String all = Tokens.of("**", "**");
    List<Reader> readers = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      List<String> asked = some(this::pattern, 3);
      List<String> allowed = some(this::pattern, 3);
      // Every subscriber may read the last update, which marks the end.
      allowed.add(DONE);
      asked.add(DONE);
      SseClient live = hub.read(query(asked, allowed));
      if (live.status() == 200) {
        readers.add(new Reader(asked, allowed, live, new ArrayList<>()));
      } else {
        assertThat(asked)
            .as("seed %d: refused though each may be read in part", seed)
            .anyMatch(each -> allowed.stream().noneMatch(right -> meet(each, right)));
      }
    }
    assertThat(readers).as("seed %d", seed).hasSizeGreaterThan(READERS / 10);
    for (int i = 0; i < UPDATES; i++) {
      Sent sent = i < UPDATES - 1 ? new Sent(some(this::topic, 3), "" + i) : last();
      publish(hub, all, sent);
      for (Reader reader : readers) {
        if (sent.topics().stream().anyMatch(topic -> isFor(reader, topic))) {
          reader.wanted().add(sent);
        }
      }
    }
    for (Reader reader : readers) {
      List<String> wanted = reader.wanted().stream().map(Sent::data).toList();
      try (SseClient replayed =
              hub.read(query(reader.asked(), reader.allowed()) + "&lastEventId=earliest");
          SseClient newest = hub.read(query(reader.asked(), reader.allowed()) + "&last=3")) {
        for (SseClient each : List.of(reader.live(), replayed)) {
          each.awaitEvents(wanted.size());
          assertThat(each.data()).as("seed %d: %s", seed, reader).isEqualTo(wanted);
        }
        List<String> three = wanted.subList(Math.max(0, wanted.size() - 3), wanted.size());
        newest.awaitEvents(three.size());
        assertThat(newest.data()).as("seed %d: newest of %s", seed, reader).isEqualTo(three);
      }
      reader.live().close();
    }
  }

  private static Sent last() {
    return new Sent(List.of(DONE), "done");
  }

  private static String query(List<String> asked, List<String> allowed) {
    JsonObject rights = new JsonObject().put("subscribe", new JsonArray(allowed));
    String topics =
        String.join("&", asked.stream().map(each -> "topic=" + TestHub.encode(each)).toList());
    return topics + "&access_token=" + Tokens.of(rights);
  }

  private static void publish(TestHub hub, String token, Sent sent) {
    String topics = String.join("&", sent.topics().stream().map(each -> "topic=" + each).toList());
    int status =
        hub.post(topics, "text/plain", sent.data(), "Authorization", "Bearer " + token)
            .statusCode();
    assertThat(status).isEqualTo(200);
  }

  private List<String> some(Supplier<String> one, int most) {
    return new ArrayList<>(
        Stream.generate(one).limit(1 + random.nextInt(most)).distinct().toList());
  }

  private String topic() {
    return segments("a", "b", "c");
  }

  private String pattern() {
    return segments("a", "b", "c", "*", "**");
  }

  private String segments(String... from) {
    return String.join(
        "/",
        IntStream.range(0, 1 + random.nextInt(3))
            .mapToObj(i -> from[random.nextInt(from.length)])
            .toList());
  }

  private static boolean isFor(Reader reader, String topic) {
    return reader.asked().stream().anyMatch(each -> meet(each, topic))
        && reader.allowed().stream().anyMatch(each -> meet(each, topic));
  }

  /** Whether two patterns have a topic in common: the simplest algorithm. */
  private static boolean meet(String a, String b) {
    return meet(List.of(a.split("/")), List.of(b.split("/")));
  }

  private static boolean meet(List<String> a, List<String> b) {
    if (a.isEmpty() && b.isEmpty()) {
      return true;
    }
    if (!a.isEmpty() && a.get(0).equals("**")) {
      return meet(rest(a), b) || (!b.isEmpty() && meet(a, rest(b)));
    }
    if (!b.isEmpty() && b.get(0).equals("**")) {
      return meet(b, a);
    }
    return !a.isEmpty()
        && !b.isEmpty()
        && (a.get(0).equals("*") || b.get(0).equals("*") || a.get(0).equals(b.get(0)))
        && meet(rest(a), rest(b));
  }

  private static List<String> rest(List<String> segments) {
    return segments.subList(1, segments.size());
  }
}
