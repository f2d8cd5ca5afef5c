package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.SseParser;
import dev.outpour.TestHub;
import dev.outpour.auth.Tokens;
import dev.outpour.http.request.Query;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Compares the description of the API with the answers of the hub, in both directions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiDescriptionTest {

  /** Answers that need a hanging disk, ten thousand revocations, or a stuck event loop. */
  private static final Set<String> NOT_PROVOKED =
      Set.of(
          "post /update 504", "post /revoke 503", "get /health/live 503", "head /health/live 503");

  private static final String JSON = "application/json";
  private static final String OPERATOR = "operator-secret";
  private static final String TILL = "till-secret";
  private static final List<String> SERVED =
      List.of("events", "update", "health", "metrics", "openapi", "revoke", "topics", "readers");

  private TestHub open;
  private TestHub keyed;
  private TestHub lonely;
  private ApiDocument document;

  @BeforeAll
  void start() throws Exception {
    open = TestHub.start(http());
    JsonArray keys =
        new JsonArray()
            .add(key("operator", OPERATOR).put("operate", true))
            .add(
                key("till", TILL)
                    .put("publish", new JsonArray().add("tills/*"))
                    .put("subscribe", new JsonArray().add("tills/*")));
    keyed =
        TestHub.start(
            http()
                .put("auth", new JsonObject().put("hmacSecret", Tokens.SECRET).put("apiKeys", keys))
                .put(
                    "limits", new JsonObject().put("loopback", true).put("publishesPerSecond", 1)));
    lonely = TestHub.startWithoutIngest(http());
    document =
        new ApiDocument(open.vertx(), new JsonObject(send(open, "GET", "/openapi.json").body()));
  }

  @AfterAll
  void stop() {
    lonely.close();
    keyed.close();
    open.close();
  }

  private static JsonObject http() {
    return new JsonObject()
        .put("http", new JsonObject().put("serve", SERVED).put("maxUpdateKilobytes", 1));
  }

  private static JsonObject key(String name, String secret) {
    return new JsonObject().put("name", name).put("sha256", Tokens.sha256(secret));
  }

  /**
   * Sends a request.
   *
   * @param more the body, then names and values of headers in turn
   */
  private static HttpResponse<String> send(TestHub hub, String method, String path, String... more)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(hub.url() + path));
    request.method(
        method, more.length > 0 ? BodyPublishers.ofString(more[0]) : BodyPublishers.noBody());
    if (more.length > 1) {
      request.headers(Arrays.copyOfRange(more, 1, more.length));
    }
    return TestHub.client().send(request.build(), BodyHandlers.ofString());
  }

  /** Sends a request and checks that the answer is described. */
  private HttpResponse<String> check(
      int status, TestHub hub, String method, String path, String... more) throws Exception {
    HttpResponse<String> answer = send(hub, method, path, more);
    assertThat(answer.statusCode()).as("%s %s: %s", method, path, answer.body()).isEqualTo(status);
    document.check(
        method.toLowerCase(Locale.ROOT),
        path.split("\\?", 2)[0].replaceAll("^/readers/.*", "/readers/{id}"),
        status,
        name -> answer.headers().firstValue(name).orElse(null),
        answer.body());
    return answer;
  }

  private void checkRead(int status, TestHub hub, String query, String... headers)
      throws Exception {
    String[] all = new String[headers.length + 1];
    all[0] = "";
    System.arraycopy(headers, 0, all, 1, headers.length);
    check(status, hub, "GET", "/events?" + query, all);
  }

  private void checkPublish(int status, TestHub hub, String query, String body, String... headers)
      throws Exception {
    String[] all = new String[headers.length + 1];
    all[0] = body;
    System.arraycopy(headers, 0, all, 1, headers.length);
    check(status, hub, "POST", "/update?" + query, all);
  }

  private void checkRevoke(int status, TestHub hub, String secret, String body, String type)
      throws Exception {
    check(status, hub, "POST", "/revoke?access_token=" + secret, body, "Content-Type", type);
  }

  @Test
  void documentIsOneOfOpenApiAndOfThisVersion() throws Exception {
    document.checkForm();
    assertThat(Files.readString(Path.of("pom.xml")))
        .contains("<version>" + document.version() + "</version>\n\n  <name>");
  }

  @Test
  void everyAnswerIsDescribedAndEveryAnswerThatIsDescribedIsGiven() throws Exception {
    readers();
    publishers();
    operators();
    streams();
    whoReads();

    Set<String> described = new TreeSet<>(document.answers());
    described.removeAll(NOT_PROVOKED);
    assertThat(document.seen()).containsExactlyInAnyOrderElementsOf(described);
  }

  private void readers() throws Exception {
    for (String query :
        List.of("nothing=1", "topic=a//b", "last=10001", "last=0", "lastEventId=no", topics(129))) {
      checkRead(400, open, query);
    }
    checkRead(400, open, "envelope=xml");
    checkRead(401, keyed, "topic=a");
    checkRead(403, keyed, "topic=a", "Authorization", "Bearer " + TILL);
    checkRead(406, open, "topic=a", "Accept", "text/html");
    checkPublish(200, open, "topic=over&end=true", "1");
    checkRead(204, open, "topic=over", "Last-Event-ID", open.publish("b", "1"));
    check(200, open, "HEAD", "/events?topic=a");
    check(204, open, "HEAD", "/events?topic=over", "", "Last-Event-ID", open.publish("b", "1"));
  }

  private void publishers() throws Exception {
    checkPublish(200, open, "topic=a&event=e&key=k", "1");
    checkPublish(200, open, "topic=a&event=e", "1", "Idempotency-Key", "k");
    checkPublish(200, open, "topic=a", "1\n2\n", "Content-Type", "application/x-ndjson");
    checkPublish(200, open, "topic=a", "", "Content-Type", "application/x-ndjson");
    checkPublish(200, open, "topic=a", "text", "Content-Type", "text/plain");
    checkPublish(400, open, "topic=a", "1\n{\n", "Content-Type", "application/x-ndjson");
    for (String query :
        List.of("nothing=1", "topic=a/*", "end=perhaps", topics(17), "event=outpour.x")) {
      checkPublish(400, open, query, "1");
    }
    checkPublish(400, open, "key=" + "k".repeat(257), "1");
    checkPublish(401, keyed, "topic=tills/1", "1");
    checkPublish(403, keyed, "topic=a", "1", "Authorization", "Bearer " + TILL);
    checkPublish(403, open, "topic=a", "1", "Origin", "https://evil.example");
    checkPublish(409, open, "topic=over", "1");
    checkPublish(413, open, "topic=a", "\"" + "x".repeat(1024) + "\"");
    checkPublish(415, open, "topic=a", "1", "Content-Type", "image/png");
    checkExpectation();
    checkPublish(422, open, "topic=a&event=e&key=k", "2");
    checkPublish(200, keyed, "topic=tills/1", "1", "Authorization", "Bearer " + TILL);
    checkPublish(429, keyed, "topic=tills/1", "1", "Authorization", "Bearer " + TILL);
    checkPublish(503, lonely, "topic=a", "1");
    checkPublish(503, lonely, "topic=a", "1\n", "Content-Type", "application/x-ndjson");
  }

  private static String topics(int count) {
    return IntStream.range(0, count).mapToObj(i -> "topic=t" + i).collect(Collectors.joining("&"));
  }

  private void checkExpectation() {
    try (RawHttp raw = open.connect()) {
      raw.send(
          "POST /update HTTP/1.1\r\n"
              + "Host: localhost\r\n"
              + "Content-Length: 1\r\n"
              + "Expect: banana\r\n\r\n");
      RawHttp.Answer answer = raw.answer();
      document.check("post", "/update", answer.status(), answer::header, answer.body());
    }
  }

  private void operators() throws Exception {
    for (String path : List.of("/health", "/health/ready")) {
      check(200, open, "GET", path);
      check(200, open, "HEAD", path);
      check(503, lonely, "HEAD", path);
      check(400, open, "GET", path + "?exclude=nothing");
      check(503, lonely, "GET", path);
    }
    check(200, lonely, "GET", "/health/live");
    check(200, lonely, "HEAD", "/health/live");
    for (String path : List.of("/metrics", "/openapi.json")) {
      check(200, open, "GET", path);
      check(200, open, "HEAD", path);
    }

    checkRevoke(400, keyed, OPERATOR, "{}", JSON);
    checkRevoke(401, keyed, "nobody", "{}", JSON);
    checkRevoke(403, keyed, TILL, "{}", JSON);
    checkRevoke(404, open, OPERATOR, "{}", JSON);
    checkRevoke(404, keyed, OPERATOR, "{\"key\":\"nobody\"}", JSON);
    checkRevoke(413, keyed, OPERATOR, " ".repeat(5_000), JSON);
    checkRevoke(415, keyed, OPERATOR, "{}", "text/plain");
    checkRevoke(200, keyed, OPERATOR, "{\"jti\":\"lost\",\"until\":1893456000}", JSON);
  }

  private void streams() throws Exception {
    String first = open.publish("c", "1");
    open.publish("c", "2");
    try (SseClient resumed = open.resume("topic=c&envelope=json", first);
        SseClient foreign = open.resume("topic=c", "abcdefgh-7");
        SseClient ending = open.read("topic=d");
        SseClient closing = lonely.read("topic=c")) {
      document.check("get", "/events", resumed.status(), resumed::header, "");
      resumed.awaitEvents(1);
      document.checkSchema("Envelope", resumed.events().get(0).data());
      checkWords(resumed, "outpour.resumed");
      checkWords(foreign, "outpour.truncated");
      open.post("topic=d&end=true", null, "1");
      checkWords(ending, "outpour.ended");
      TestHub.await(lonely.stopHttp());
      checkWords(closing, "outpour.closing");
    }
  }

  private void whoReads() throws Exception {
    String token = "access_token=" + open.operator();
    for (String path : List.of("/readers", "/topics")) {
      check(200, open, "HEAD", path + "?" + token);
      check(400, open, "GET", path + "?limit=1001&" + token);
      check(403, open, "GET", path);
      check(401, keyed, "GET", path);
      check(403, keyed, "GET", path + "?access_token=" + TILL);
    }
    check(400, open, "DELETE", "/readers/abcdefgh-1?nothing=1");
    check(401, keyed, "DELETE", "/readers/abcdefgh-1");
    check(403, keyed, "DELETE", "/readers/abcdefgh-1?access_token=" + TILL);
    check(404, open, "DELETE", "/readers/abcdefgh-1?" + token);
    try (SseClient reader = open.read("topic=read/*")) {
      JsonObject readers =
          new JsonObject(check(200, open, "GET", "/readers?topic=read/1&limit=1&" + token).body());
      assertThat(readers.getInteger("count")).isEqualTo(1);
      assertThat(check(200, open, "GET", "/topics?" + token).body()).contains("\"read/*\"");
      String id = readers.getJsonArray("readers").getJsonObject(0).getString("id");
      check(204, open, "DELETE", "/readers/" + id + "?" + token);
      checkWords(reader, "outpour.closing");
    }
  }

  private void checkWords(SseClient reader, String name) {
    List<SseParser.Event> words = reader.awaitWords(1);
    assertThat(words).extracting(SseParser.Event::name).contains(name);
    words.forEach(word -> document.checkWord(word.name(), word.data()));
  }

  @Test
  void whatAQueryMayHaveIsWhatIsDescribed() throws Exception {
    checkKnown("get", "/events");
    checkKnown("post", "/update");
    checkKnown("get", "/readers");
    checkKnown("get", "/topics");
  }

  /** An unknown parameter is answered with the list of all known ones. */
  private void checkKnown(String method, String path) throws Exception {
    String refused = send(open, method.toUpperCase(Locale.ROOT), path + "?nothing=1", "1").body();
    String known = new JsonObject(refused).getString("detail").split(": use ")[1];
    Set<String> names = new TreeSet<>(Set.of(Pattern.compile(", ").split(known)));
    names.remove(Query.ACCESS_TOKEN);
    assertThat(document.query(method, path)).isEqualTo(names);
  }
}
