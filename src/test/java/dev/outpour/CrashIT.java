package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hub with its log in a file is killed again and again while it is published to and read from:
 * what was acknowledged is there, once, in order, and the same for every reader.
 */
class CrashIT {

  private static final int ROUNDS = 5;
  private static final int WRITERS = 4;
  private static final int UPDATES_A_ROUND = 200;

  @TempDir private Path directory;

  private final long seed = System.nanoTime();
  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
  private final AtomicBoolean ending = new AtomicBoolean();
  private int port;

  @Test
  void nothingAcknowledgedIsLostAndNothingIsReadTwiceWhenTheHubIsKilled() throws Exception {
    port = freePort();
    Path conf = Files.writeString(directory.resolve("conf.json"), configuration());
    Random random = new Random(seed);
    HubProcess hub = start(conf);
    Chain chain = new Chain();
    chain.start();
    List<Writer> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(new Writer(i));
    }
    writers.forEach(Thread::start);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        int enough = acknowledged.size() + UPDATES_A_ROUND;
        Await.until(() -> acknowledged.size() >= enough, acknowledged::size);
        int more = enough + random.nextInt(50);
        Await.until(() -> acknowledged.size() >= more, acknowledged::size);
        hub.kill();
        hub = start(conf);
      }
      ending.set(true);
      for (Writer writer : writers) {
        writer.join(Await.LONG.toMillis());
      }
      check(chain);
    } catch (AssertionError e) {
      throw new AssertionError("With the seed " + seed, e);
    } finally {
      ending.set(true);
      hub.close();
    }
  }

  private HubProcess start(Path conf) throws Exception {
    HubProcess hub = HubProcess.start(directory, "-conf", conf.toString());
    hub.awaitLine("Ready");
    return hub;
  }

  private String configuration() {
    return new JsonObject()
        .put("http", new JsonObject().put("port", port))
        .put("ingest", new JsonObject())
        .put("history", new JsonObject().put("store", "sqlite"))
        .encode();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void check(Chain chain) {
    SseClient whole = SseClient.to(port, "/events?lastEventId=earliest").open();
    Await.until(() -> ids(whole.events()).containsAll(acknowledged.keySet()), whole::lastEventId);
    Map<String, String> log = new LinkedHashMap<>();
    for (SseParser.Event event : whole.events()) {
      assertThat(log.put(event.id(), event.data())).as("one entry at %s", event.id()).isNull();
    }
    whole.close();

    acknowledged.forEach((id, data) -> assertThat(log).containsEntry(id, data));
    assertThat(log.values()).as("one entry for each key").doesNotHaveDuplicates();
    for (int writer = 0; writer < WRITERS; writer++) {
      String own = "{\"writer\":" + writer + ",";
      assertThat(log.values().stream().filter(data -> data.startsWith(own)))
          .as("the order of writer %s", writer)
          .isSortedAccordingTo(
              Comparator.comparing(data -> new JsonObject(data).getInteger("count")));
    }
    Await.until(() -> chain.events().size() >= log.size(), () -> chain.events().size());
    assertThat(chain.events()).containsExactlyElementsOf(log.entrySet().stream().toList());
    assertThat(chain.words()).noneMatch(word -> word.equals("outpour.truncated"));
  }

  private static List<String> ids(List<SseParser.Event> events) {
    return events.stream().map(SseParser.Event::id).toList();
  }

  /** Publishes one update after the other, each until it is acknowledged, always with its key. */
  private final class Writer extends Thread {
    private final HttpClient client =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final int number;

    Writer(int number) {
      super("writer-" + number);
      setDaemon(true);
      this.number = number;
    }

    @Override
    public void run() {
      for (int count = 0; !ending.get(); count++) {
        String data = "{\"writer\":" + number + ",\"count\":" + count + "}";
        String key = number + "-" + count;
        while (!publish(key, data)) {
          Await.aMoment();
        }
      }
    }

    private boolean publish(String key, String data) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/update?key=" + key))
              .timeout(Duration.ofSeconds(5))
              .POST(HttpRequest.BodyPublishers.ofString(data))
              .build();
      try {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
          return false;
        }
        acknowledged.put(new JsonObject(answer.body()).getString("id"), data);
        return true;
      } catch (IOException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return true;
      }
    }
  }

  /** A reader who comes back with its last id whenever it is cut off. */
  private final class Chain extends Thread {
    private final List<Map.Entry<String, String>> events = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private SseClient current;

    Chain() {
      super("chain");
      setDaemon(true);
    }

    @Override
    public void run() {
      String last = "earliest";
      while (true) {
        try {
          SseClient client = SseClient.to(port, "/events").lastEventId(last).open();
          synchronized (this) {
            current = client;
          }
          while (!client.hasEnded()) {
            Await.aMoment();
          }
          synchronized (this) {
            client.events().forEach(each -> events.add(Map.entry(each.id(), each.data())));
            client.words().forEach(word -> words.add(word.name()));
            current = null;
          }
          last = client.lastEventId().isEmpty() ? last : client.lastEventId();
        } catch (RuntimeException e) {
          Await.aMoment();
        }
      }
    }

    synchronized List<Map.Entry<String, String>> events() {
      List<Map.Entry<String, String>> all = new ArrayList<>(events);
      if (current != null) {
        current.events().forEach(each -> all.add(Map.entry(each.id(), each.data())));
      }
      return all;
    }

    synchronized List<String> words() {
      return List.copyOf(words);
    }
  }
}
