package dev.outpour.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.TestHub;
import dev.outpour.http.LogLines;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Log lines about pages of refused origins. */
class RefusedOriginsTest {

  private static final JsonObject LISTED =
      new JsonObject().put("http", new JsonObject().put("origins", List.of("https://a.example")));

  private static void ask(TestHub hub, String request, String origin) {
    try (RawHttp connection = hub.connect()) {
      String head = " HTTP/1.1\r\nHost: localhost:%d\r\nOrigin: %s\r\nContent-Length: 0\r\n\r\n";
      connection.send(request + head.formatted(hub.port(), origin));
      assertThat(connection.answer().status()).isNotEqualTo(400);
    }
  }

  @Test
  void originThatIsNotListedIsNamedOnceWithTheLineThatWouldLetItIn() {
    try (TestHub hub = TestHub.start(LISTED);
        LogLines lines = LogLines.listen()) {
      for (String request : List.of("GET /health", "OPTIONS /update", "POST /update")) {
        ask(hub, request, "https://b.example");
      }
      ask(hub, "GET /health", "https://a.example");
      ask(
          hub,
          "GET /health",
          "http" + (hub.url().startsWith("https") ? "s" : "") + "://localhost:" + hub.port());

      assertThat(lines.of(RefusedOrigins.class))
          .containsExactly(
              "Pages of the origin https://b.example may not publish here or read responses: if"
                  + " they should, list it: \"http\": {\"origins\": [\"https://b.example\"]}");
    }
  }

  @Test
  void originThatCannotBeListedIsNamedWithAnotherWay() {
    try (LogLines lines = LogLines.listen()) {
      new RefusedOrigins().add("null");

      assertThat(lines.of(RefusedOrigins.class))
          .containsExactly(
              "Pages of the origin null may not publish here or read responses: http.origins"
                  + " takes only http and https origins, so serve the page over one of them,"
                  + " outside a sandboxed frame");
    }
  }

  @Test
  void namesOfStrangersFillNeitherTheLogNorTheMemory() {
    RefusedOrigins refused = new RefusedOrigins();
    try (LogLines lines = LogLines.listen()) {
      for (int i = 0; i < 1_000; i++) {
        refused.add(i + "\u001b[31m" + "x".repeat(8_000));
      }

      List<String> told = lines.of(RefusedOrigins.class);
      assertThat(told)
          .hasSize(50)
          .allMatch(line -> line.length() < 600 && !line.contains("\u001b"));
      assertThat(told.get(48)).doesNotContain("Further");
      assertThat(told.get(49)).endsWith("Further origins are not logged until the hub restarts");
    }
  }
}
