package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hub is stopped while many publish. Accepted updates are acknowledged, refused ones are not
 * stored, and repeated ones are stored once.
 */
class TerminatedIT {

  private static final int WRITERS = 6;
  private static final int ENOUGH = 300;
  private static final int REFUSED = 503;

  @TempDir private Path directory;

  /** The data of updates that were answered 200, by id. */
  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

  private int port;

  @Test
  void whatATerminatedHubTookIsAnsweredAndKeptAndNothingElse() throws Exception {
    List<CompletableFuture<Integer>> writers = new ArrayList<>();
    CompletableFuture<Integer> lines;
    try (HubProcess hub = start()) {
      SseClient live = SseClient.to(port, "/events?topic=lines").open();
      lines = CompletableFuture.supplyAsync(() -> publishLines(live));
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        writers.add(CompletableFuture.supplyAsync(() -> publishOneByOne(writer)));
      }
      Await.until(() -> acknowledged.size() >= ENOUGH, acknowledged::size);
      live.awaitEvents(3);
      assertThat(hub.terminate().awaitExit()).isZero();
    }
    List<Integer> tried = new ArrayList<>();
    for (CompletableFuture<Integer> writer : writers) {
      tried.add(writer.get(Await.LONG.toSeconds(), TimeUnit.SECONDS));
    }
    int count = lines.get(Await.LONG.toSeconds(), TimeUnit.SECONDS);

    try (HubProcess hub = start()) {
      assertThat(hub.isAlive()).isTrue();
      assertThat(log("one"))
          .as("what was answered is there, and nothing else")
          .isEqualTo(acknowledged);
      assertThat(log("lines").values()).hasSize(count);

      for (int writer = 0; writer < WRITERS; writer++) {
        for (int number = 0; number < tried.get(writer); number++) {
          try (RawHttp raw = RawHttp.connect(port)) {
            assertThat(post(raw, writer, number).status()).isEqualTo(200);
          }
        }
      }
      try (RawHttp raw = beginLines()) {
        IntStream.rangeClosed(1, count + 5).forEach(line -> raw.sendChunk(line + "\n"));
        JsonObject answer = new JsonObject(raw.sendChunk("").answer().body());
        assertThat(answer.getInteger("count")).isEqualTo(count + 5);
      }
      assertThat(log("one")).as("once each").hasSize(tried.stream().mapToInt(n -> n).sum());
      assertThat(log("one").values()).doesNotHaveDuplicates();
      assertThat(log("lines").values())
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, count + 5).mapToObj(Integer::toString).toList());
    }
  }

  private HubProcess start() throws Exception {
    HubProcess hub =
        HubProcess.start(
            directory,
            Map.of("OUTPOUR_HTTP_PORT", "0", "OUTPOUR_HISTORY_STORE", "sqlite"),
            List.of(),
            "-conf",
            "{\"http\":{},\"ingest\":{},\"history\":{}}");
    port = hub.awaitPort();
    return hub;
  }

  /** Publishes until there is no response or a refusal, and returns how many were sent. */
  private Integer publishOneByOne(int writer) {
    try (RawHttp raw = RawHttp.connect(port)) {
      for (int number = 0; ; number++) {
        RawHttp.Answer answer;
        try {
          answer = post(raw, writer, number);
        } catch (RuntimeException | AssertionError e) {
          return number + 1;
        }
        if (answer.status() != 200) {
          assertThat(answer.status()).isEqualTo(REFUSED);
          return number + 1;
        }
        String id = new JsonObject(answer.body()).getString("id");
        acknowledged.put(id, data(writer, number));
      }
    }
  }

  private static String data(int writer, int number) {
    return "[" + writer + "," + number + "]";
  }

  private static RawHttp.Answer post(RawHttp raw, int writer, int number) {
    String data = data(writer, number);
    return raw.send(
            "POST /update?topic=one&key="
                + writer
                + "-"
                + number
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                + data.length()
                + "\r\n\r\n"
                + data)
        .answer();
  }

  /** Publishes lines, each after the previous one was received, and returns the count. */
  private Integer publishLines(SseClient live) {
    try (RawHttp raw = beginLines()) {
      int line = 0;
      while (!live.hasEnded()) {
        int next = ++line;
        try {
          raw.sendChunk(next + "\n");
        } catch (UncheckedIOException e) {
          // It has responded and closed meanwhile.
          break;
        }
        Await.until(() -> live.hasEnded() || live.events().size() >= next, () -> live);
      }
      RawHttp.Answer answer = raw.answer();
      assertThat(answer.status()).isEqualTo(REFUSED);
      JsonObject problem = new JsonObject(answer.body());
      assertThat(problem.getInteger("line")).isEqualTo(problem.getInteger("count") + 1);
      assertThat(problem.getInteger("count")).isBetween(line - 1, line);
      return problem.getInteger("count");
    }
  }

  private RawHttp beginLines() {
    return RawHttp.connect(port)
        .send(
            "POST /update?topic=lines&key=lines HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
  }

  /** All updates of a topic, in the order of the log. */
  private Map<String, String> log(String topic) {
    String both = "/events?topic=one&topic=lines";
    try (SseClient now = SseClient.to(port, both).open();
        SseClient reader = SseClient.to(port, both + "&lastEventId=earliest").open()) {
      reader.awaitLastId(now.lastEventId());
      Map<String, String> log = new LinkedHashMap<>();
      reader.events().stream()
          .filter(event -> event.data().startsWith("[") == topic.equals("one"))
          .forEach(event -> log.put(event.id(), event.data()));
      return log;
    }
  }
}
