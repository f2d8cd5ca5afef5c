package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.outpour.Await;
import dev.outpour.SseClient;
import dev.outpour.SseParser;
import dev.outpour.SseParser.Event;
import dev.outpour.TestHub;
import dev.outpour.auth.Tokens;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Streams whose tokens expire or are revoked. */
@Execution(ExecutionMode.CONCURRENT)
class TokenEndTest {

  /** One second is promised; test machines may be busy. */
  private static final Duration SOON = Duration.ofSeconds(5);

  private static final JsonObject RIGHTS = Tokens.rights("**", "**");

  @TempDir Path folder;

  private static JsonObject auth(JsonObject auth) {
    return new JsonObject().put("auth", auth.put("hmacSecret", Tokens.SECRET));
  }

  private static String token(String id, Instant end) {
    return Tokens.of(Tokens.claims(RIGHTS, end).put("jti", id).encode());
  }

  private static String token(String id) {
    return token(id, Instant.now().plusSeconds(3600));
  }

  private static SseClient read(TestHub hub, String token) {
    return hub.reader("topic=t").header("Authorization", "Bearer " + token).open();
  }

  private static int publish(TestHub hub, String token) {
    return hub.post("topic=t", "text/plain", "x", "Authorization", "Bearer " + token).statusCode();
  }

  private static void awaitClosing(SseClient reader, String reason) {
    assertThat(reader.awaitEnd()).isEqualTo(SseClient.End.PROPER);
    assertThat(reader.words())
        .extracting(Event::name, Event::data)
        .containsExactly(tuple("outpour.closing", "{\"reason\":\"" + reason + "\"}"));
    SseParser.Block last = reader.blocks().get(reader.blocks().size() - 1);
    assertThat(last.id()).isEqualTo(reader.blocks().get(0).id());
  }

  @Test
  void streamEndsWhenItsTokenDoesAndNotBefore() throws Exception {
    TestHub.run(
        auth(new JsonObject()),
        hub -> {
          Instant end = Instant.now().plusMillis(700);
          List<SseClient> readers =
              IntStream.range(0, 40).mapToObj(i -> read(hub, token("a", end))).toList();
          try (SseClient longer = read(hub, token("b"))) {
            for (SseClient reader : readers) {
              awaitClosing(reader, "expired");
            }
            assertThat(Instant.now()).isBetween(end, end.plus(SOON));
            assertThat(publish(hub, token("a", end))).isEqualTo(401);
            assertThat(publish(hub, token("b"))).isEqualTo(200);
            longer.awaitEvents(1);
            assertThat(longer.words()).isEmpty();
          }
        });
  }

  @Test
  void streamMayGoOnForTheGraceThatIsConfigured() throws Exception {
    TestHub.run(
        auth(new JsonObject().put("graceSeconds", 1)),
        hub -> {
          Instant end = Instant.now().plusMillis(300);
          try (SseClient reader = read(hub, token("a", end))) {
            awaitClosing(reader, "expired");
            assertThat(Instant.now()).isBetween(end.plusSeconds(1), end.plusSeconds(1).plus(SOON));
          }
        });
  }

  @Test
  void streamThatHasNotBegunYetEndsToo() throws Exception {
    try (TestHub hub = TestHub.startWithoutIngest(auth(new JsonObject()));
        SseClient reader = read(hub, token("a", Instant.now().plusMillis(300)))) {
      awaitClosing(reader, "expired");
    }
  }

  @Test
  void streamsEndSoonAfterTheirTokenOrKeyIsRevoked() throws Exception {
    Path revoked = Files.writeString(folder.resolve("revoked"), "\n");
    JsonObject key =
        new JsonObject()
            .put("name", "till")
            .put("sha256", Tokens.sha256("till-secret"))
            .put("subscribe", new JsonArray().add("**"));
    TestHub.run(
        auth(
            new JsonObject()
                .put("revokedFile", revoked.toString())
                .put("apiKeys", new JsonArray().add(key))),
        hub -> {
          try (SseClient lost = read(hub, token("lost"));
              SseClient till = read(hub, "till-secret");
              SseClient kept = read(hub, token("kept"))) {
            Files.writeString(revoked, "lost\n", StandardOpenOption.APPEND);
            Instant begun = Instant.now();
            awaitClosing(lost, "revoked");
            assertThat(Duration.between(begun, Instant.now())).isLessThan(SOON);
            assertThat(publish(hub, token("lost"))).isEqualTo(401);
            assertThat(till.hasEnded()).isFalse();

            replace(revoked, "till\n");
            awaitClosing(till, "revoked");
            assertThat(publish(hub, "till-secret")).isEqualTo(401);
            assertThat(publish(hub, token("lost"))).as("removed from the file").isEqualTo(200);
            kept.awaitEvents(1);
            assertThat(kept.words()).isEmpty();
          }
        });
  }

  private static void replace(Path file, String content) throws IOException {
    Path other = Files.writeString(file.resolveSibling("other"), content);
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void keysAreReadAgainWhenTheirFileChangesAndStayWhereItCannotBeRead() throws Exception {
    KeyPair first = Tokens.ed25519();
    KeyPair second = Tokens.ed25519();
    Path file = Files.writeString(folder.resolve("key.pem"), Tokens.pem(first.getPublic()));
    JsonObject auth = new JsonObject().put("keys", new JsonArray().add(file.toString()));
    // One event loop, so that it has seen the token before.
    try (LogLines log = LogLines.listen();
        TestHub hub = TestHub.start(new JsonObject().put("auth", auth), 1)) {
      String old = signed(first);
      assertThat(publish(hub, old)).isEqualTo(200);
      assertThat(publish(hub, signed(second))).isEqualTo(401);
      Files.writeString(file, Tokens.pem(second.getPublic()));
      Await.until("the new key is accepted", () -> publish(hub, signed(second)) == 200);
      Await.until("the old key is rejected", () -> publish(hub, old) == 401);
      Files.writeString(file, "nonsense");
      Await.until(
          () -> log.troubles().stream().anyMatch(line -> line.contains("stays in force")),
          log::troubles);
      assertThat(publish(hub, signed(second))).isEqualTo(200);
    }
  }

  private static String signed(KeyPair key) {
    String claims = Tokens.claims(RIGHTS);
    return Tokens.signed("Ed25519", key.getPrivate(), "{\"alg\":\"EdDSA\"}", claims);
  }
}
