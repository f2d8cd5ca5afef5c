package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.RawHttp;
import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests the idle timeout of connections. */
class IdleConnectionTest {

  private static final int BODY_SECONDS = 1;
  private static final int IDLE_SECONDS = 4;
  private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n";

  /** One request for each kind of answer that keeps its connection open. */
  private static final List<String> REQUESTS =
      List.of(
          "GET /health" + HOST + "\r\n",
          "HEAD /health/live" + HOST + "\r\n",
          "GET /metrics" + HOST + "\r\n",
          "GET /openapi.json" + HOST + "\r\n",
          "GET /" + HOST + "\r\n",
          "HEAD /page.css" + HOST + "\r\n",
          "GET /topics" + HOST + "\r\n",
          "HEAD /events" + HOST + "\r\n",
          "OPTIONS /update" + HOST + "\r\n",
          "GET /nothing" + HOST + "\r\n",
          "PUT /events" + HOST + "\r\n",
          "GET /events?topic=*x" + HOST + "\r\n",
          "POST /update?topic=idle" + HOST + "Content-Length: 1\r\n\r\n1",
          "POST /update?topic=idle" + HOST + "Content-Length: 1\r\n\r\n?");

  /** Also if the answer was written before the whole request was read. */
  @Test
  void connectionStaysForItsIdleTimeWhateverWasAnsweredLast() throws Exception {
    JsonObject limits =
        new JsonObject().put("bodySeconds", BODY_SECONDS).put("idleSeconds", IDLE_SECONDS);
    Map<String, Double> seconds = new ConcurrentHashMap<>();
    ExecutorService threads = Executors.newCachedThreadPool();
    TestHub.run(
        new JsonObject().put("limits", limits),
        hub ->
            CompletableFuture.allOf(
                    REQUESTS.stream()
                        .map(
                            each ->
                                CompletableFuture.runAsync(
                                    () -> seconds.put(each, secondsOpen(hub, each)), threads))
                        .toArray(CompletableFuture[]::new))
                .get(Await.LONG.toMillis(), TimeUnit.MILLISECONDS));
    threads.shutdown();
    assertThat(seconds).hasSameSizeAs(REQUESTS);
    assertThat(seconds).allSatisfy((each, open) -> assertThat(open).as(each).isGreaterThan(3.9));
  }

  private static double secondsOpen(TestHub hub, String request) {
    try (RawHttp raw = hub.connect()) {
      raw.send(request);
      RawHttp.Answer answer = request.startsWith("HEAD") ? raw.answerWithoutBody() : raw.answer();
      assertThat(answer.header("Connection")).as(request).isNull();
      long answered = System.nanoTime();
      raw.awaitClose();
      return (System.nanoTime() - answered) / 1e9;
    }
  }
}
