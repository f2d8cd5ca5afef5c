package dev.outpour.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.TestHub;
import dev.outpour.auth.Tokens;
import dev.outpour.http.LogLines;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The access log. */
class AccessLogTest {

  private final LogLines log = LogLines.listen();

  @AfterEach
  void stop() {
    log.close();
  }

  private static JsonObject on() {
    return new JsonObject()
        .put("http", new JsonObject().put("accessLog", true))
        .put("limits", new JsonObject().put("proxies", List.of("127.0.0.1", "::1")));
  }

  private List<String> lines(int count) {
    Await.until(() -> log.of(AccessLog.class).size() >= count, () -> log.of(AccessLog.class));
    return log.of(AccessLog.class);
  }

  private static void send(TestHub hub, String request) {
    try (RawHttp raw = hub.connect()) {
      raw.send(request).answer();
    }
  }

  @Test
  void eachRequestHasALineThatSaysWhoAskedForWhatAndWhatCameOfIt() throws Exception {
    TestHub.run(
        on().put("auth", new JsonObject().put("hmacSecret", Tokens.SECRET)),
        hub -> {
          JsonObject claims =
              Tokens.claims(Tokens.rights("**", "**"), Instant.now().plusSeconds(60));
          String bearer = "Bearer " + Tokens.of(claims.put("sub", "anna").encode());
          hub.post("topic=a&key=k", "text/plain", "x", "Authorization", bearer);
          hub.post("topic=a", "text/plain", "x", "X-Forwarded-For", "192.0.2.7");
          send(hub, "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n");
          send(hub, "GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n");
          assertThat(lines(4))
              .satisfiesExactlyInAnyOrder(
                  line ->
                      assertThat(line)
                          .matches(
                              "POST /update\\?topic=a&key=\\* 200, \\d+ bytes in \\d+ ms, from"
                                  + " [\\d:.]+ as subject anna, request [\\w-]+"),
                  line -> assertThat(line).contains(" 401, ", "from 192.0.2.7 as nobody, request "),
                  line -> assertThat(line).startsWith("GET /nowhere 404, "),
                  line -> assertThat(line).contains(" 400, "));
        });
  }

  /** Also while a file is looked up, when nothing else reports the end. */
  @Test
  void whoLeavesAtAnyMomentOfAPageHasALineToo() throws Exception {
    TestHub.run(
        on(),
        hub -> {
          for (int i = 0; i < 200; i++) {
            try (RawHttp raw = hub.connect()) {
              raw.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").answer();
              raw.send("GET /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }
          }
          Await.until(
              () -> lines(200).stream().filter(line -> line.contains("/index.html")).count() == 200,
              () -> lines(200).size() + " lines");
        });
  }

  @Test
  void streamHasItsLineWhenItHasEndedAndSaysWhy() throws Exception {
    for (boolean direct : List.of(true, false)) {
      JsonObject config = on();
      config.getJsonObject("http").put("directWrites", direct);
      int before = log.of(AccessLog.class).size();
      TestHub hub = TestHub.start(config);
      hub.publish("t", "1");
      try (SseClient gone = hub.read("topic=t&last=1");
          SseClient stays = hub.read("topic=t&last=1")) {
        gone.awaitEvents(1);
        stays.awaitEvents(1);
        assertThat(log.of(AccessLog.class)).hasSize(before + 1);
        gone.reset();
        assertThat(lines(before + 2).get(before + 1))
            .startsWith("GET /events?topic=t&last=1 200, ")
            .endsWith("as nobody: gone");
        hub.close();
        assertThat(lines(before + 3).get(before + 2)).endsWith("as nobody: shutdown");
      }
    }
  }

  @Test
  void readerWhoIsSentAwayHasALineToo() throws Exception {
    JsonObject config = on();
    config.getJsonObject("limits").put("streamsPerAddress", 1).put("loopback", true);
    TestHub.run(
        config,
        hub -> {
          try (SseClient first = hub.read("topic=t");
              SseClient second = hub.reader("topic=t").send()) {
            second.awaitEnd();
            assertThat(lines(1).get(0)).contains(" 200, ").endsWith("as nobody: limit");
            assertThat(first.hasEnded()).isFalse();
          }
        });
  }

  @Test
  void whatStrangersSendIsCutEscapedAndShowsNoSecrets() throws Exception {
    TestHub.run(
        on(),
        hub -> {
          for (String query :
              List.of(
                  "access_token=hush",
                  "access%5Ftoken=hush",
                  "hush",
                  "hush=1",
                  "token=hush",
                  "topic=a&&=hush&access_token=hush")) {
            send(hub, "GET /nowhere?" + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
          }
          send(hub, "GET /\u001b[31m" + "a".repeat(4_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
          assertThat(lines(7))
              .noneMatch(line -> line.contains("hush"))
              .allMatch(line -> line.length() < 700 && line.matches("[ -~…]*"));
        });
  }

  @Test
  void nothingIsSaidUnlessItIsAskedFor() throws Exception {
    TestHub.run(new JsonObject(), hub -> hub.publish("t", "1"));
    assertThat(log.of(AccessLog.class)).isEmpty();
  }
}
