package dev.outpour.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.TestHub;
import dev.outpour.auth.Tokens;
import dev.outpour.http.Problems;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a request carries a token, and the rights with and without one. */
class RequestAuthenticatorTest {

  private static final String ORDERS = Tokens.of("orders/*,updates", "orders/**");
  private static final String NEWS = Tokens.of("news/*", "news/*");

  private static TestHub hub;

  @BeforeAll
  static void start() {
    JsonObject auth =
        new JsonObject()
            .put("hmacSecret", Tokens.SECRET)
            .put("cookie", "session")
            .put(
                "anonymous",
                new JsonObject()
                    .put("subscribe", new JsonArray().add("public/**"))
                    .put("publish", new JsonArray().add("public/wall")))
            .put("apiKeys", new JsonArray().add(key("till", "till-secret", "orders/*")))
            .put("graceSeconds", 0);
    hub = TestHub.start(new JsonObject().put("auth", auth));
  }

  private static JsonObject key(String name, String secret, String publish) {
    return new JsonObject()
        .put("name", name)
        .put("sha256", Tokens.sha256(secret))
        .put("publish", new JsonArray().add(publish));
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static RawHttp.Answer publish(String query, String... headers) {
    return publish(hub, query, headers);
  }

  private static RawHttp.Answer publish(TestHub hub, String query, String... headers) {
    try (RawHttp raw = hub.connect()) {
      String more = String.join("", Stream.of(headers).map(header -> header + "\r\n").toList());
      raw.send("POST /update" + (query.isEmpty() ? "" : "?" + query) + " HTTP/1.1\r\n");
      raw.send("Host: localhost\r\n" + more + "Content-Length: 1\r\n\r\n1");
      return raw.answer();
    }
  }

  static Stream<Arguments> carriers() {
    String bearer = "Authorization: Bearer " + ORDERS;
    String other = "Authorization: Bearer " + NEWS;
    String inQuery = "&access_token=" + ORDERS;
    return Stream.of(
        Arguments.of("header", 200, "", new String[] {bearer}),
        Arguments.of(
            "header in capitals",
            200,
            "",
            new String[] {bearer.toUpperCase().substring(0, 21) + " " + ORDERS}),
        Arguments.of("query", 200, inQuery, new String[] {}),
        Arguments.of("cookie", 200, "", new String[] {"Cookie: a=b; session=" + ORDERS + "; c=d"}),
        Arguments.of("header and query that say the same", 200, inQuery, new String[] {bearer}),
        Arguments.of("header before cookie", 200, "", new String[] {bearer, "Cookie: session=x"}),
        Arguments.of("query before cookie", 200, inQuery, new String[] {"Cookie: session=x"}),
        Arguments.of("API key", 200, "", new String[] {"Authorization: Bearer till-secret"}),
        Arguments.of("API key in the query", 200, "&access_token=till-secret", new String[] {}),
        Arguments.of("two headers", 400, "", new String[] {bearer, bearer}),
        Arguments.of("two headers that differ", 400, "", new String[] {bearer, other}),
        Arguments.of("header and query in conflict", 400, inQuery, new String[] {other}),
        Arguments.of("query twice", 400, inQuery + inQuery, new String[] {}),
        Arguments.of("another scheme", 401, "", new String[] {"Authorization: Basic YTpi"}),
        Arguments.of(
            "a proxy's scheme beside a cookie",
            200,
            "",
            new String[] {"Authorization: Basic YTpi", "Cookie: session=" + ORDERS}),
        Arguments.of(
            "a proxy's scheme beside the query",
            200,
            inQuery,
            new String[] {"Authorization: Basic YTpi"}),
        Arguments.of(
            "two cookies of the name",
            400,
            "",
            new String[] {"Cookie: session=" + ORDERS + "; session=" + NEWS}),
        Arguments.of(
            "two cookies of the name that say the same",
            400,
            "",
            new String[] {"Cookie: session=" + ORDERS + ";session=" + ORDERS}),
        Arguments.of(
            "two cookies of the name in two headers",
            400,
            "",
            new String[] {"Cookie: session=" + ORDERS, "Cookie: a=b; session=x"}),
        Arguments.of(
            "a cookie in quotes", 200, "", new String[] {"Cookie: session=\"" + ORDERS + '"'}),
        Arguments.of("no token after the scheme", 401, "", new String[] {"Authorization: Bearer "}),
        Arguments.of(
            "no token after the scheme, beside a cookie",
            401,
            "",
            new String[] {"Authorization: Bearer", "Cookie: session=" + ORDERS}),
        Arguments.of("an empty header", 401, "", new String[] {"Authorization:"}),
        Arguments.of("an empty query", 401, "&access_token=", new String[] {}),
        Arguments.of("an empty cookie", 401, "", new String[] {"Cookie: session="}),
        Arguments.of("another cookie", 401, "", new String[] {"Cookie: sessions=" + ORDERS}),
        Arguments.of("a bad cookie", 401, "", new String[] {"Cookie: session=x"}),
        Arguments.of(
            "the hash of an API key",
            401,
            "",
            new String[] {"Authorization: Bearer " + Tokens.sha256("till-secret")}),
        Arguments.of("nothing", 401, "", new String[] {}));
  }

  /** RFC 6750, section 3.1. */
  @Test
  void tokenThatLacksARightIsToldSoWhereClientsLook() {
    String challenge = "Bearer realm=\"outpour\", error=\"insufficient_scope\"";
    RawHttp.Answer published = publish("topic=orders/1", "Authorization: Bearer " + NEWS);
    Problems.check(403, published);
    assertThat(published.header("WWW-Authenticate")).isEqualTo(challenge);
    for (String path :
        List.of("/events?topic=orders/1", "/topics", "/events?topic=outpour/status")) {
      try (RawHttp raw = hub.connect()) {
        raw.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        RawHttp.Answer read = raw.send("Authorization: Bearer " + NEWS + "\r\n\r\n").answer();
        Problems.check(403, read);
        assertThat(read.header("WWW-Authenticate")).isEqualTo(challenge);
      }
    }
    RawHttp.Answer page = publish("topic=news/1", "Origin: https://evil.example");
    Problems.check(403, page);
    assertThat(page.header("WWW-Authenticate")).isNull();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("carriers")
  void tokenComesInOnePlaceOrInSeveralThatAgree(
      String name, int status, String query, String[] headers) {
    RawHttp.Answer answer = publish("topic=orders/1" + query, headers);
    if (status == 200) {
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    } else {
      Problems.check(status, answer);
      assertThat(answer.header("WWW-Authenticate") != null).isEqualTo(status == 401);
      assertThat(answer.body()).doesNotContain(ORDERS).doesNotContain(NEWS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic YTpi", "Digest username=a", "Negotiate", ""})
  void anotherSchemeIsNoTokenForReadersAndPublishersAlike(String credentials) {
    String header = "Authorization: " + credentials;
    assertThat(publish("topic=public/wall", header).status()).isEqualTo(200);
    try (RawHttp raw = hub.connect()) {
      raw.send("HEAD /events?topic=public/wall HTTP/1.1\r\nHost: localhost\r\n");
      raw.send(header + "\r\n\r\n");
      assertThat(raw.answerWithoutBody().status()).isEqualTo(200);
    }
    try (RawHttp raw = hub.connect()) {
      raw.send("HEAD /events?topic=orders/1 HTTP/1.1\r\nHost: localhost\r\n");
      raw.send(header + "\r\nCookie: session=" + ORDERS + "\r\n\r\n");
      assertThat(raw.answerWithoutBody().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "topic=orders/1,                   200, ",
    "topic=orders/1&topic=orders/2,    200, ",
    "'',                               200, ",
    "topic=public/wall,                200, ",
    "topic=orders/1/x,                 403, orders/1/x",
    "topic=orders/1&topic=stocks,      403, stocks",
    "topic=public,                     403, public"
  })
  void everyTopicOfAnUpdateHasToBeAllowed(String query, int status, String named) {
    RawHttp.Answer answer = publish(query, "Authorization: Bearer " + ORDERS);
    if (status == 200) {
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    } else {
      assertThat(Problems.check(status, answer).getString("detail"))
          .startsWith("You may not publish to the topic '" + named + "': ")
          .contains("needs \"publish\": [\"" + named + "\"]");
    }
  }

  @Test
  void defaultTopicIsATopicLikeOthers() {
    assertThat(
            Problems.check(403, publish("", "Authorization: Bearer " + NEWS)).getString("detail"))
        .contains("'updates'");
    try (SseClient reader = hub.reader("access_token=" + NEWS).open()) {
      assertThat(Problems.check(403, reader).getString("detail")).contains("'updates'");
    }
    String token = Tokens.of("updates", "updates");
    try (SseClient reader = hub.reader("access_token=" + token).open()) {
      publish("", "Authorization: Bearer " + token);
      reader.awaitEvents(1);
    }
  }

  @Test
  void linesAreHeldToTheSameRights() {
    String[] bearer = {"Authorization", "Bearer " + ORDERS};
    assertThat(hub.post("topic=orders/1", "application/x-ndjson", "1\n2\n", bearer).body())
        .contains("\"count\":2");
    Problems.check(403, hub.post("topic=stocks", "application/x-ndjson", "1\n2\n", bearer));
  }

  @Test
  void eachTopicOfAReaderHasToHaveSomethingThatIsAllowed() {
    try (SseClient reader = hub.read("topic=orders/1&topic=stocks/*&access_token=" + ORDERS)) {
      assertThat(Problems.check(403, reader).getString("detail"))
          .startsWith("You may not read the topic 'stocks/*': ");
    }
    try (RawHttp raw = hub.connect()) {
      raw.send("HEAD /events?topic=stocks HTTP/1.1\r\nHost: localhost\r\n");
      raw.send("Authorization: Bearer " + ORDERS + "\r\n\r\n");
      assertThat(raw.answerWithoutBody().status()).isEqualTo(403);
    }
  }

  @Test
  void whoBringsNothingMayWhatIsAllowedToAllAndIsAskedForATokenForTheRest() {
    try (SseClient reader = hub.read("topic=**")) {
      assertThat(publish("topic=public/wall").status()).isEqualTo(200);
      assertThat(publish("topic=orders/9", "Authorization: Bearer " + ORDERS).status())
          .isEqualTo(200);
      assertThat(publish("topic=public/wall").status()).isEqualTo(200);
      assertThat(reader.awaitEvents(2)).hasSize(2);
    }
    RawHttp.Answer answer = publish("topic=public/press");
    assertThat(Problems.check(401, answer).getString("detail"))
        .startsWith("Send a token: Authorization: Bearer <token>, or access_token=<token> in the")
        .contains(". Without one: You may not publish to the topic 'public/press'");
    assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"outpour\"");
    try (SseClient reader = hub.read("topic=orders/1")) {
      Problems.check(401, reader);
    }
  }

  @Test
  void envelopeNamesNoTopicThatItsReaderMayNotRead() {
    String all = Tokens.of("**", "**");
    String mine = Tokens.of("mail/anna", "mail/anna");
    try (SseClient anna = hub.read("topic=mail/*&envelope=json&access_token=" + mine);
        SseClient both = hub.read("topic=mail/*&envelope=json&access_token=" + all)) {
      publish("topic=mail/anna&topic=mail/bert", "Authorization: Bearer " + all);
      assertThat(topics(anna)).containsExactly("mail/anna");
      assertThat(topics(both)).containsExactly("mail/anna", "mail/bert");
    }
  }

  private static List<String> topics(SseClient reader) {
    String data = reader.awaitEvents(1).get(0).data();
    JsonArray topics = new JsonObject(data).getJsonArray("topics");
    return topics.stream().map(Object::toString).toList();
  }

  @Test
  void keysOfDifferentPublishersNeverMeet() {
    String first = publish("topic=orders/1&key=k", "Authorization: Bearer " + ORDERS).body();
    String again = publish("topic=orders/1&key=k", "Authorization: Bearer " + ORDERS).body();
    String till = publish("topic=orders/1&key=k", "Authorization: Bearer till-secret").body();
    assertThat(again).contains("\"duplicate\":true").contains(id(first));
    assertThat(till).doesNotContain("duplicate").doesNotContain(id(first));
    String nobody = publish("topic=public/wall&key=k").body();
    assertThat(nobody).doesNotContain("duplicate");
    String named =
        Tokens.of(
            new JsonObject(Tokens.claims(Tokens.rights("orders/*", "**")))
                .put("sub", "till")
                .encode());
    assertThat(publish("topic=orders/1&key=k", "Authorization: Bearer " + named).body())
        .as("a subject with the name of an API key")
        .doesNotContain("duplicate");
  }

  /** A token without a subject, different each time. */
  private static String nameless(String... publish) {
    JsonObject rights = new JsonObject().put("publish", new JsonArray(List.of(publish)));
    JsonObject claims = new JsonObject(Tokens.claims(rights));
    claims.remove("sub");
    return "Authorization: Bearer "
        + Tokens.of(claims.put("jti", UUID.randomUUID().toString()).encode());
  }

  @Test
  void whoMayPublishElsewhereAloneNeverMeetsTheKeyOfAnother() {
    assertThat(publish("topic=public/chat&key=order-42", nameless("public/chat")).status())
        .isEqualTo(200);
    RawHttp.Answer order = publish("topic=orders/42&key=order-42", nameless("orders/*"));
    assertThat(order.status()).as(order.body()).isEqualTo(200);
    assertThat(order.body()).doesNotContain("duplicate");
    assertThat(publish("topic=public/wall&key=order-42").body())
        .as("a stranger")
        .doesNotContain("duplicate");
  }

  @Test
  void renewedTokenWithTheSameRightsInAnyOrderHasTheSameKeys() {
    String first =
        publish("topic=orders/7&key=renewed", nameless("orders/*", "news/*", "orders/*")).body();
    String again = publish("topic=orders/7&key=renewed", nameless("news/*", "orders/*")).body();
    assertThat(again).contains("\"duplicate\":true").contains(id(first));
    assertThat(publish("topic=orders/8&key=renewed", nameless("news/*", "orders/*")).status())
        .as("another update under the same key")
        .isEqualTo(422);
    assertThat(publish("topic=orders/7&key=renewed", nameless("orders/*")).body())
        .as("changed rights")
        .doesNotContain("duplicate");
  }

  @Test
  void linesOfWhoMayPublishElsewhereNeverMeetTheKeysOfAnother() {
    String chat = nameless("public/chat").substring("Authorization: ".length());
    String orders = nameless("orders/*").substring("Authorization: ".length());
    for (String[] each :
        List.of(new String[] {"public/chat", chat}, new String[] {"orders/1", orders})) {
      HttpResponse<String> answer =
          hub.post(
              "topic=" + each[0] + "&key=lines",
              "application/x-ndjson",
              "1\n2\n",
              "Authorization",
              each[1]);
      assertThat(answer.body()).contains("\"count\":2");
    }
  }

  private static String id(String answer) {
    return new JsonObject(answer).getString("id");
  }

  @Test
  void withKeysAndNobodyElseAllowedNothingGoesWithoutAToken() throws Exception {
    JsonObject auth = new JsonObject().put("hmacSecret", Tokens.SECRET);
    TestHub.run(
        new JsonObject().put("auth", auth),
        closed -> {
          RawHttp.Answer answer = publish(closed, "topic=t");
          assertThat(Problems.check(401, answer).getString("detail")).startsWith("Send a token: ");
          assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"outpour\"");
          try (SseClient reader = closed.read("topic=t")) {
            Problems.check(401, reader);
          }
          try (RawHttp raw = closed.connect()) {
            raw.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(raw.answer().status()).isEqualTo(200);
          }
          assertThat(publish(closed, "topic=t", "Cookie: session=" + ORDERS).status())
              .as("a cookie that is not configured")
              .isEqualTo(401);
        });
  }

  @Test
  void withoutKeysWhateverComesAlongMakesNoDifference() throws Exception {
    TestHub.run(
        new JsonObject(),
        open -> {
          assertThat(publish(open, "topic=t", "Authorization: Bearer x").status()).isEqualTo(200);
          assertThat(publish(open, "topic=t&access_token=x").status()).isEqualTo(200);
          try (SseClient reader = open.read("topic=**&access_token=x")) {
            assertThat(publish(open, "topic=t").status()).isEqualTo(200);
            reader.awaitEvents(1);
          }
        });
  }

  @Test
  void pagesOfListedOriginsMaySendATokenAndNoCookie() throws Exception {
    JsonObject http = new JsonObject().put("origins", new JsonArray().add("https://shop.example"));
    TestHub.run(
        new JsonObject().put("http", http),
        listing -> {
          try (RawHttp raw = listing.connect()) {
            raw.send("OPTIONS /events HTTP/1.1\r\nHost: localhost\r\n");
            raw.send("Origin: https://shop.example\r\n\r\n");
            RawHttp.Answer answer = raw.answer();
            assertThat(answer.header("Access-Control-Allow-Headers")).contains("Authorization");
            assertThat(answer.header("Access-Control-Allow-Credentials")).isNull();
          }
        });
  }
}
