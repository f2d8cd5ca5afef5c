package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.TestHub;
import dev.outpour.auth.Tokens;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Revokes tokens and keys by request. */
class RevokeTest {

  private static final String JSON = "application/json";
  private static final String OPERATOR = "operator-secret";

  @TempDir Path folder;

  private static JsonObject config(JsonObject auth) {
    JsonArray keys =
        new JsonArray()
            .add(key("operator", OPERATOR).put("operate", true))
            .add(key("till", "till-secret").put("subscribe", new JsonArray().add("**")));
    return new JsonObject()
        .put("http", new JsonObject().put("serve", List.of("events", "update", "revoke")))
        .put("auth", auth.put("hmacSecret", Tokens.SECRET).put("apiKeys", keys));
  }

  private static JsonObject key(String name, String secret) {
    return new JsonObject().put("name", name).put("sha256", Tokens.sha256(secret));
  }

  private static String token(String id) {
    Instant end = Instant.now().plusSeconds(3600);
    return Tokens.of(Tokens.claims(Tokens.rights("**", "**"), end).put("jti", id).encode());
  }

  private static HttpResponse<String> revoke(
      TestHub hub, String query, String body, String... headers) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(hub.url() + "/revoke" + query))
            .POST(BodyPublishers.ofString(body))
            .headers(headers)
            .build();
    try {
      return TestHub.client().send(request, BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static HttpResponse<String> revoke(TestHub hub, String body) {
    return revoke(hub, "?access_token=" + OPERATOR, body, "Content-Type", JSON);
  }

  private static SseClient read(TestHub hub, String secret) {
    return hub.reader("topic=t").header("Authorization", "Bearer " + secret).open();
  }

  private static int publish(TestHub hub, String secret) {
    return hub.post("topic=t", "text/plain", "x", "Authorization", "Bearer " + secret).statusCode();
  }

  private static void awaitRevoked(SseClient reader) {
    assertThat(reader.awaitEnd()).isEqualTo(SseClient.End.PROPER);
    assertThat(reader.words())
        .singleElement()
        .satisfies(word -> assertThat(word.data()).isEqualTo("{\"reason\":\"revoked\"}"));
  }

  @Test
  void tokensAndKeysAreTakenBackOnAllEventLoopsAndNothingElseIs() throws Exception {
    TestHub.run(
        config(new JsonObject()),
        hub -> {
          String lost = token("lost");
          List<SseClient> lostReaders =
              List.of(read(hub, lost), read(hub, lost), read(hub, lost), read(hub, lost));
          try (SseClient till = read(hub, "till-secret");
              SseClient kept = read(hub, token("kept"))) {
            HttpResponse<String> answer = revoke(hub, "{\"jti\":\"lost\"}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(new JsonObject(answer.body()))
                .isEqualTo(new JsonObject().put("revoked", "lost").put("kept", "memory"));
            lostReaders.forEach(RevokeTest::awaitRevoked);
            assertThat(publish(hub, lost)).isEqualTo(401);
            assertThat(till.hasEnded()).isFalse();

            assertThat(revoke(hub, "{\"key\":\"till\"}").statusCode()).isEqualTo(200);
            awaitRevoked(till);
            assertThat(publish(hub, "till-secret")).isEqualTo(401);
            assertThat(publish(hub, token("kept"))).isEqualTo(200);
            kept.awaitEvents(1);
            assertThat(kept.words()).isEmpty();
          }
        });
  }

  @Test
  void publishingStopsWhereItsTokenIsTakenBack() throws Exception {
    TestHub.run(
        config(new JsonObject()),
        hub -> {
          // With an end, one line is held back: it arrived before but is published after.
          for (String end : List.of("", "&end=true")) {
            String name = "lost" + end.length();
            try (SseClient reader =
                    hub.reader("topic=t").header("Authorization", "Bearer till-secret").open();
                RawHttp lines = begin(hub, "topic=t" + end, token(name), "application/x-ndjson");
                RawHttp whole = begin(hub, "topic=t", token(name), "text/plain")) {
              lines.sendChunk("1\n2\n");
              reader.awaitEvents(end.isEmpty() ? 2 : 1);
              whole.sendChunk("x");
              revoke(hub, "{\"jti\":\"" + name + "\"}");

              RawHttp.Answer answer = lines.sendChunk("3\n").answer();
              assertThat(answer.header("WWW-Authenticate")).contains("invalid_token");
              JsonObject problem = Problems.check(401, answer);
              assertThat(problem.getInteger("line")).isEqualTo(reader.events().size() + 1);
              assertThat(problem.getInteger("count")).isEqualTo(reader.events().size());
              assertThat(problem.getString("last")).isEqualTo(reader.lastEventId());
              Problems.check(401, whole.sendChunk("").answer());

              String last =
                  new JsonObject(
                          hub.post(
                                  "topic=t",
                                  "text/plain",
                                  "last",
                                  "Authorization",
                                  "Bearer " + token("kept"))
                              .body())
                      .getString("id");
              reader.awaitLastId(last);
              assertThat(reader.data()).endsWith("last").doesNotContain("3", "x");
            }
          }
        });
  }

  private static RawHttp begin(TestHub hub, String query, String token, String type) {
    return hub.connect()
        .send(
            "POST /update?%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\n"
                    .formatted(query, type)
                + "Authorization: Bearer %s\r\nTransfer-Encoding: chunked\r\n\r\n"
                    .formatted(token));
  }

  @Test
  void whatIsTakenBackStandsInTheFileAndCountsInTheNextProcess() throws Exception {
    Path file = Files.writeString(folder.resolve("revoked"), "old");
    JsonObject auth = new JsonObject().put("revokedFile", file.toString());
    TestHub.run(
        config(auth),
        hub -> {
          HttpResponse<String> answer = revoke(hub, "{\"jti\":\"lost\"}");
          assertThat(new JsonObject(answer.body()).getString("kept")).isEqualTo("file");
          assertThat(Files.readAllLines(file)).containsExactly("old", "lost");
        });
    TestHub.run(
        config(auth),
        hub -> {
          assertThat(publish(hub, token("lost"))).isEqualTo(401);
          assertThat(publish(hub, token("old"))).isEqualTo(401);
        });
  }

  @Test
  void itCountsAtOnceWhereTheFileCannotBeWritten() throws Exception {
    Path file = Files.writeString(folder.resolve("revoked"), "");
    TestHub.run(
        config(new JsonObject().put("revokedFile", file.toString())),
        hub -> {
          Files.delete(file);
          HttpResponse<String> answer = revoke(hub, "{\"jti\":\"lost\"}");
          assertThat(answer.statusCode()).isEqualTo(200);
          assertThat(new JsonObject(answer.body()).getString("kept")).isEqualTo("memory");
          assertThat(publish(hub, token("lost"))).isEqualTo(401);
        });
  }

  @Test
  void onlyWhoMayOperateIsHeard() throws Exception {
    TestHub.run(
        config(new JsonObject().put("anonymous", new JsonObject().put("publish", List.of("a")))),
        hub -> {
          String body = "{\"jti\":\"lost\"}";
          Problems.check(401, revoke(hub, "", body, "Content-Type", JSON));
          Problems.check(401, revoke(hub, "?access_token=nonsense", body, "Content-Type", JSON));
          Problems.check(
              403, revoke(hub, "?access_token=" + token("me"), body, "Content-Type", JSON));
          JsonObject rights = Tokens.rights("**", "**").put("operate", true);
          String operator = "Bearer " + Tokens.of(Tokens.claims(rights));
          String[] stranger = {
            "Content-Type", JSON, "Authorization", operator, "Origin", "https://evil.example"
          };
          Problems.check(403, revoke(hub, "", body, stranger));
          assertThat(publish(hub, token("lost"))).as("not revoked").isEqualTo(200);
          HttpResponse<String> heard =
              revoke(hub, "", body, "Content-Type", JSON, "Authorization", operator);
          assertThat(heard.statusCode()).as(heard.body()).isEqualTo(200);
          assertThat(publish(hub, token("lost"))).isEqualTo(401);
        });
  }

  @Test
  void whatIsNoRevocationIsRefusedAndSaysHowOneIs() throws Exception {
    TestHub.run(
        config(new JsonObject()),
        hub -> {
          for (String bad :
              List.of(
                  "",
                  "[]",
                  "{}",
                  "nonsense",
                  "{\"jti\":1}",
                  "{\"jti\":\"\"}",
                  "{\"jti\":\" a\"}",
                  "{\"jti\":\"a\\nb\"}",
                  "{\"jti\":\"a\\u0085b\"}",
                  "{\"jti\":\"" + "a".repeat(257) + "\"}",
                  "{\"jti\":\"a\",\"jti\":\"b\"}",
                  "{\"jti\":\"a\",\"key\":\"till\"}",
                  "{\"jti\":\"a\",\"sub\":\"b\"}",
                  "{\"jti\":\"a\",\"until\":1}",
                  "{\"jti\":\"a\",\"until\":\"x\"}",
                  "{\"jti\":\"a\",\"until\":1e400}")) {
            Problems.check(400, revoke(hub, bad));
          }
          HttpResponse<String> keyWithEnd = revoke(hub, "{\"key\":\"till\",\"until\":1e10}");
          assertThat(Problems.check(400, keyWithEnd).getString("detail")).contains("until");
          String query = "?access_token=" + OPERATOR;
          String body = "{\"jti\":\"a\"}";
          Problems.check(400, revoke(hub, query + "&jti=a", body, "Content-Type", JSON));
          Problems.check(415, revoke(hub, query, body, "Content-Type", "text/plain"));
          Problems.check(413, revoke(hub, " ".repeat(5_000) + body));
          HttpRequest get = HttpRequest.newBuilder(URI.create(hub.url() + "/revoke")).build();
          Problems.check(405, TestHub.client().send(get, BodyHandlers.ofString()));
        });
  }

  @Test
  void anApiKeyThatIsNotConfiguredIsNotFound() throws Exception {
    TestHub.run(
        config(new JsonObject()),
        hub ->
            assertThat(Problems.check(404, revoke(hub, "{\"key\":\"nobody\"}")).getString("detail"))
                .isEqualTo("There is no API key of this name in auth.apiKeys of this hub"));
  }

  @Test
  void withoutKeysThereIsNothingToRevokeAndByDefaultNobodyIsAsked() throws Exception {
    TestHub.run(
        new JsonObject().put("http", new JsonObject().put("serve", List.of("revoke"))),
        hub ->
            assertThat(
                    Problems.check(404, revoke(hub, "", "{\"jti\":\"a\"}", "Content-Type", JSON))
                        .getString("detail"))
                .contains("No keys"));
    JsonObject byDefault = config(new JsonObject());
    byDefault.remove("http");
    TestHub.run(byDefault, hub -> Problems.check(404, revoke(hub, "{\"jti\":\"a\"}")));
  }
}
