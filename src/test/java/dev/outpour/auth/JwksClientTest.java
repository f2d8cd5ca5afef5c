package dev.outpour.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import dev.outpour.Await;
import dev.outpour.settings.Settings;
import dev.outpour.update.RefusedException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Keys of a server that changes them, is unavailable, or sends invalid ones. */
@Execution(ExecutionMode.CONCURRENT)
class JwksClientTest {

  private static final RSAKey OLD = Tokens.rsa("old");
  private static final RSAKey NEW = Tokens.rsa("new");
  private static final JsonObject RIGHTS = Tokens.rights("**", "**");

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile Consumer<HttpServerResponse> answer = keys(OLD);

  @AfterEach
  void stop() {
    threads.shutdownNow();
    Await.result(vertx.close());
  }

  private HttpServer listen(int port) {
    return Await.result(
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  asked.incrementAndGet();
                  if (request.path().equals("/elsewhere")) {
                    keys(NEW).accept(request.response());
                  } else {
                    answer.accept(request.response());
                  }
                })
            .listen(port, "localhost"));
  }

  private static Consumer<HttpServerResponse> keys(RSAKey... keys) {
    return body(
        new JsonObject()
            .put("keys", new JsonArray(Stream.of(keys).map(JwksClientTest::json).toList()))
            .encode());
  }

  private static JsonObject json(RSAKey key) {
    return new JsonObject(key.toPublicJWK().toJSONString());
  }

  private static Consumer<HttpServerResponse> body(String body) {
    return response -> response.end(body);
  }

  private static AuthSettings settings(int port) {
    JsonObject auth = new JsonObject().put("jwksUrl", "http://localhost:" + port + "/keys");
    return AuthSettings.from(Settings.of(new JsonObject().put("auth", auth)).section("auth"));
  }

  private Authenticator authority(int port) {
    return on(() -> Authenticator.start(vertx, settings(port), Clock.systemUTC()));
  }

  private <T> T on(Callable<Future<T>> what) {
    return Await.result(
        Future.future(done -> loop.runOnContext(turn -> call(what).onComplete(done))));
  }

  private static <T> Future<T> call(Callable<Future<T>> what) {
    try {
      return what.call();
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }

  private static String token(RSAKey key, String id) {
    return token(key, id, Tokens.claims(RIGHTS));
  }

  private static String token(RSAKey key, String id, String claims) {
    try {
      String head = "{\"alg\":\"RS256\",\"kid\":\"" + id + "\"}";
      return Tokens.signed("SHA256withRSA", key.toPrivateKey(), head, claims);
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** The status for a token; 200 if it is valid. */
  private int status(Authenticator authority, String token) {
    return on(
        () ->
            authority
                .authenticate(token)
                .map(200)
                .recover(e -> Future.succeededFuture(((RefusedException) e).refusal().status())));
  }

  /** The statuses for tokens that arrive at the same time. */
  private List<Integer> statuses(Authenticator authority, Stream<String> tokens) {
    return tokens
        .map(token -> CompletableFuture.supplyAsync(() -> status(authority, token), threads))
        .toList()
        .stream()
        .map(CompletableFuture::join)
        .toList();
  }

  @Test
  void keyThatWasJustPublishedIsFoundAtItsFirstToken() {
    int port = listen(0).actualPort();
    Authenticator authority = authority(port);
    assertThat(status(authority, token(OLD, "old"))).isEqualTo(200);
    assertThat(asked).hasValue(1);

    answer = keys(NEW);
    assertThat(status(authority, token(NEW, "new"))).isEqualTo(200);
    assertThat(asked).hasValue(2);
    assertThat(status(authority, token(OLD, "old"))).as("a key that was withdrawn").isEqualTo(401);
  }

  @Test
  void madeUpKeyInFrontHidesNoKeyThatIsPublishedAfterIt() {
    int port = listen(0).actualPort();
    Authenticator authority = authority(port);
    assertThat(status(authority, token(NEW, "made-up"))).isEqualTo(401);
    assertThat(status(authority, token(OLD, "new"))).as("the name of a later key").isEqualTo(401);

    answer = keys(OLD, NEW);
    assertThat(status(authority, token(NEW, "new"))).isEqualTo(200);
  }

  @Test
  void tokenWaitsForAFetchThatBeganAfterItCame() throws Exception {
    int port = listen(0).actualPort();
    Authenticator authority = authority(port);
    CompletableFuture<HttpServerResponse> held = new CompletableFuture<>();
    answer = held::complete;
    CompletableFuture<Integer> early =
        CompletableFuture.supplyAsync(() -> status(authority, token(NEW, "early")), threads);
    HttpServerResponse first = held.get(20, TimeUnit.SECONDS);

    answer = keys(OLD, NEW);
    CompletableFuture<Integer> late =
        CompletableFuture.supplyAsync(() -> status(authority, token(NEW, "new")), threads);
    // Tokens with known keys do not wait, and follow it on its loop.
    assertThat(status(authority, token(OLD, "old"))).isEqualTo(200);
    vertx.setTimer(500, later -> keys(OLD).accept(first));
    assertThat(early.get(20, TimeUnit.SECONDS)).as("its fetch has ended").isEqualTo(401);
    assertThat(late.get(20, TimeUnit.SECONDS)).isEqualTo(200);
    assertThat(asked).hasValue(3);
  }

  @Test
  void stormOfUnknownKeysIsNotPassedOn() {
    int port = listen(0).actualPort();
    Authenticator authority = authority(port);
    long begun = System.nanoTime();
    assertThat(
            statuses(
                authority,
                Stream.iterate(0, i -> i < 200, i -> i + 1).map(i -> token(NEW, "k" + i))))
        .containsOnly(401);
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
    assertThat(asked.get()).isLessThanOrEqualTo(2 + (int) (seconds / 5));
    assertThat(status(authority, token(OLD, "old"))).isEqualTo(200);
  }

  @Test
  void whatIsKnownToBeBadCostsNoFetch() {
    int port = listen(0).actualPort();
    Authenticator authority = authority(port);
    String unknown = token(NEW, "unknown");
    assertThat(status(authority, unknown)).isEqualTo(401);
    assertThat(asked).hasValue(2);
    String claims = Tokens.claims(RIGHTS);
    String expired = Tokens.claims(RIGHTS, Instant.now().minusSeconds(9)).encode();
    for (int i = 0; i < 50; i++) {
      assertThat(status(authority, unknown)).as("sought in vain").isEqualTo(401);
      assertThat(status(authority, token(NEW, "old"))).as("a known key").isEqualTo(401);
      assertThat(status(authority, token(NEW, "gone" + i, expired))).as("expired").isEqualTo(401);
      String secret = Tokens.hmac("HmacSHA256", "no", "{\"alg\":\"HS256\",\"kid\":\"x\"}", claims);
      assertThat(status(authority, secret)).as("a secret is never published").isEqualTo(401);
    }
    assertThat(asked).hasValue(2);
  }

  @Test
  void withoutAnAnswerOfTheServerTokensOfUnknownKeysAreUnavailableAndOthersGoOn() {
    int port = listen(0).actualPort();
    Authenticator authority = authority(port);
    answer = response -> {};
    long begun = System.nanoTime();
    assertThat(statuses(authority, Stream.of("a", "b").map(id -> token(NEW, id))))
        .containsOnly(503);
    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun)).isBetween(9L, 12L);
    assertThat(status(authority, token(OLD, "old"))).isEqualTo(200);

    answer = response -> response.setStatusCode(500).end();
    assertThat(status(authority, token(NEW, "c"))).isEqualTo(503);
    assertThat(status(authority, token(OLD, "old"))).isEqualTo(200);
  }

  @Test
  void serverThatStopsInTheMidstOfItsAnswerHoldsUpNothingElse() throws Exception {
    int port = listen(0).actualPort();
    Authenticator authority = authority(port);
    answer = response -> response.putHeader("Content-Length", "1000").write("{");
    long begun = System.nanoTime();
    CompletableFuture<Long> longest = new CompletableFuture<>();
    long[] turn = {begun, 0};
    loop.runOnContext(
        first ->
            vertx.setPeriodic(
                100,
                tick -> {
                  long now = System.nanoTime();
                  turn[1] = Math.max(turn[1], now - turn[0]);
                  turn[0] = now;
                  if (now - begun > TimeUnit.SECONDS.toNanos(17)) {
                    longest.complete(turn[1]);
                  }
                }));
    assertThat(status(authority, token(NEW, "a"))).isEqualTo(503);
    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun)).isBetween(9L, 12L);
    assertThat(longest.get()).as("ns between turns").isLessThan(TimeUnit.SECONDS.toNanos(1));
    answer = keys(OLD, NEW);
    Await.until(() -> status(authority, token(NEW, "new")) == 200, () -> "not yet");
  }

  @Test
  void nobodyIsTurnedAwayForGoodBeforeTheServerIsReached() {
    HttpServer first = listen(0);
    int port = first.actualPort();
    Await.result(first.close());
    Authenticator authority = authority(port);
    assertThat(status(authority, token(OLD, "old"))).isEqualTo(503);
    assertThat(status(authority, "nonsense")).isEqualTo(401);

    listen(port);
    Await.until(() -> status(authority, token(OLD, "old")) == 200, () -> "not yet");
  }

  @Test
  void whatIsNoSetOfUsableKeysChangesNothing() {
    HttpServer server = listen(0);
    JwksClient keys = on(() -> started(server.actualPort()));
    assertThat(ids(keys)).containsExactly("old");

    String secret =
        Base64.getUrlEncoder().encodeToString("x".repeat(32).getBytes(StandardCharsets.UTF_8));
    List<Consumer<HttpServerResponse>> answers =
        List.of(
            body("{\"keys\":[]}"),
            body(""),
            body("not JSON"),
            body("[]"),
            body("{\"keys\":[],\"keys\":[" + json(NEW).encode() + "]}"),
            body("{\"keys\":[{\"kty\":\"oct\",\"kid\":\"new\",\"k\":\"" + secret + "\"}]}"),
            body("{\"keys\":[" + json(NEW).put("use", "enc").encode() + "]}"),
            body("{\"keys\":[],\"x\":\"" + "x".repeat(1 << 20) + "\"}"),
            response -> keys(NEW).accept(response.setStatusCode(500)),
            response -> response.setStatusCode(302).putHeader("Location", "/elsewhere").end(),
            response -> response.reset());
    for (int i = 0; i < answers.size(); i++) {
      answer = answers.get(i);
      int before = asked.get();
      on(keys::fetch);
      assertThat(ids(keys)).as("after answer %d", i).containsExactly("old");
      assertThat(asked.get() - before).as("requests for answer %d", i).isBetween(1, 2);
    }
    Await.result(server.close());
    on(keys::fetch);
    assertThat(ids(keys)).as("with the server away").containsExactly("old");
  }

  @Test
  void keysOfUnknownKindsAreLeftOutAndTheOthersCount() {
    answer =
        body(
            "{\"keys\":[{\"kty\":\"QTM\",\"kid\":\"q\"},"
                + json(Tokens.rsa("weak")).put("alg", "HS256").encode()
                + ","
                + json(NEW).encode()
                + "]}");
    int port = listen(0).actualPort();
    JwksClient keys = on(() -> started(port));
    assertThat(ids(keys)).containsExactly("new");
  }

  private Future<JwksClient> started(int port) {
    JwksClient keys = new JwksClient(vertx, "http://localhost:" + port + "/keys", learnt -> {});
    return keys.fetch().map(keys);
  }

  private static List<String> ids(JwksClient keys) {
    return keys.keys().stream().map(key -> key.id().orElse("")).toList();
  }
}
