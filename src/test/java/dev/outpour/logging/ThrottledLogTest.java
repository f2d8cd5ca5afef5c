package dev.outpour.logging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.RawHttp;
import dev.outpour.TestHub;
import dev.outpour.http.LogLines;
import dev.outpour.http.Problems;
import dev.outpour.update.Refusal;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lines about refused requests, with a manual clock. */
class ThrottledLogTest {

  private final Vertx vertx = Vertx.vertx();
  private final AtomicLong now = new AtomicLong(-5_000);
  private final ThrottledLog refusals = new ThrottledLog(now::get);
  private final LogLines log = LogLines.listen();
  private volatile Refusal refusal = Refusal.badRequest("No");
  private HttpServer server;

  @BeforeEach
  void start() {
    server =
        Await.result(
            vertx
                .createHttpServer()
                .requestHandler(
                    request -> {
                      refusals.add(request, "r1", refusal);
                      request.response().end();
                    })
                .listen(0, "127.0.0.1"));
  }

  @AfterEach
  void stop() {
    log.close();
    Await.result(vertx.close());
  }

  private List<String> ask(String... targets) {
    for (String target : targets) {
      try (RawHttp connection = RawHttp.connect(server.actualPort())) {
        connection.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        connection.answer();
      }
    }
    return log.of(ThrottledLog.class);
  }

  @Test
  void lineSaysWhatWasRefusedToWhomAndWhyButNotTheQuery() {
    assertThat(ask("/update?topic=a&token=secret"))
        .containsExactly("Refused GET /update from 127.0.0.1: 400 No, request r1");
  }

  @Test
  void manyAreOneLineASecondAndTheRestIsCounted() {
    assertThat(ask("/a", "/b", "/c")).hasSize(1);
    now.addAndGet(1_000);
    assertThat(ask("/d", "/e"))
        .containsExactly(
            "Refused GET /a from 127.0.0.1: 400 No, request r1",
            "Refused GET /d from 127.0.0.1: 400 No, request r1 (and 2 more)");
  }

  @Test
  void whatStrangersSendIsCutAndEscaped() {
    refusal = Refusal.badRequest("\u001b[31m\r\nERROR \u202e" + "x".repeat(1 << 20));
    String line = ask("/" + "a".repeat(4_000)).get(0);
    assertThat(line)
        .hasSizeLessThan(400)
        .contains("\\u001b[31m\\u000d\\u000aERROR \\u202e")
        .matches("[ -~…]*");
  }

  @Test
  void hubSaysSo() throws Exception {
    TestHub.run(
        new JsonObject(),
        hub -> {
          Problems.check(400, hub.post("", null, "{"));
          assertThat(log.of(ThrottledLog.class))
              .singleElement()
              .asString()
              .startsWith("Refused POST /update from 127.0.0.1: 400 ");
        });
  }
}
