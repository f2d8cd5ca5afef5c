package dev.outpour.http;

import static dev.outpour.RawHttp2.CONTINUATION;
import static dev.outpour.RawHttp2.DATA;
import static dev.outpour.RawHttp2.END_HEADERS;
import static dev.outpour.RawHttp2.END_STREAM;
import static dev.outpour.RawHttp2.GOAWAY;
import static dev.outpour.RawHttp2.HEADERS;
import static dev.outpour.RawHttp2.PING;
import static dev.outpour.RawHttp2.PRIORITY;
import static dev.outpour.RawHttp2.RST_STREAM;
import static dev.outpour.RawHttp2.SETTINGS;
import static dev.outpour.RawHttp2.WINDOW_UPDATE;
import static dev.outpour.RawHttp2.headers;
import static dev.outpour.RawHttp2.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.RawHttp;
import dev.outpour.RawHttp2;
import dev.outpour.RawHttp2.Frame;
import dev.outpour.TestHub;
import dev.outpour.auth.Tokens;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reactions to hostile HTTP/2 frames; the hub goes on, serves others, and logs no warning. */
class HostileFramesTest {

  private static final int FLOOD = 2_000;

  /** The first visible reaction to frames. */
  private enum End {
    /** The connection is closed after GOAWAY. */
    GOAWAY,
    /** The stream is reset. */
    RESET,
    /** The request is answered. */
    STATUS,
    /** The connection is closed. */
    CLOSED
  }

  /**
   * Hostile frames, and the expected reaction.
   *
   * @param code the error code or the status
   */
  private record Case(String name, End end, int code, Consumer<RawHttp2> frames) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static TestHub hub;
  private static LogLines log;

  @BeforeAll
  static void start() {
    hub =
        TestHub.start(
            new JsonObject()
                .put("http", new JsonObject().put("clearTextHttp2", true))
                .put(
                    "limits",
                    new JsonObject()
                        .put("headSeconds", 2)
                        .put("bodySeconds", 1)
                        .put("idleSeconds", 4)));
    log = LogLines.listen();
  }

  @AfterAll
  static void stop() {
    log.close();
    hub.close();
  }

  @AfterEach
  void othersAreServedAndNothingTroublesTheHub() {
    try (RawHttp2 other = RawHttp2.connect(hub.port())) {
      other.greet().get(1, "/health/live").send();
      assertThat(other.decode(other.await(HEADERS, 1)).status()).hasToString("200");
      assertThat(other.await(DATA, 1).text()).contains("up");
    }
    // A refused origin is logged once, and is not the hub's fault.
    assertThat(log.troubles()).filteredOn(line -> !line.contains("RefusedOrigins")).isEmpty();
  }

  private static Case flood(String name, Consumer<RawHttp2> frames) {
    return new Case(name, End.GOAWAY, (int) Http2Error.ENHANCE_YOUR_CALM.code(), frames);
  }

  private static Case malformed(String name, byte[] block) {
    return new Case(
        name,
        End.RESET,
        (int) Http2Error.PROTOCOL_ERROR.code(),
        raw -> raw.frame(HEADERS, END_HEADERS | END_STREAM, 1, block));
  }

  private static Case with(String name, String... more) {
    return malformed(name, request("GET", "/health", more));
  }

  private static Case wrong(String name, Http2Error error, Consumer<RawHttp2> frames) {
    return new Case(name, End.GOAWAY, (int) error.code(), frames);
  }

  private static Case answered(String name, int status, Consumer<RawHttp2> frames) {
    return new Case(name, End.STATUS, status, frames);
  }

  private static Stream<Case> cases() {
    return Stream.of(floods(), heads(), connections(), requests(), late()).flatMap(each -> each);
  }

  private static Stream<Case> floods() {
    return Stream.of(
        flood(
            "rapid reset",
            raw -> {
              for (int i = 1; i < FLOOD; i += 2) {
                raw.get(i, "/events").frameOf(RST_STREAM, i, 8);
              }
            }),
        flood(
            "resets that the hub is made to send",
            raw -> {
              for (int i = 1; i < FLOOD; i += 2) {
                raw.post(i, "/update").frameOf(WINDOW_UPDATE, i, 0);
              }
            }),
        flood(
            "a head that goes on and on",
            raw -> {
              raw.frame(HEADERS, 0, 1, request("GET", "/health"));
              for (int i = 0; i < FLOOD; i++) {
                raw.frame(CONTINUATION, 0, 1);
              }
            }),
        flood("settings", raw -> repeat(() -> raw.frame(SETTINGS, 0, 0))),
        flood("acknowledged settings", raw -> repeat(() -> raw.frame(SETTINGS, 1, 0))),
        flood("room for all", raw -> repeat(() -> raw.frameOf(WINDOW_UPDATE, 0, 1))),
        flood(
            "room for a stream",
            raw -> {
              raw.post(1, "/update");
              repeat(() -> raw.frameOf(WINDOW_UPDATE, 1, 1));
            }),
        flood("pings", raw -> repeat(() -> raw.frame(PING, 0, 0, new byte[8]))),
        flood("answers to pings", raw -> repeat(() -> raw.frame(PING, 1, 0, new byte[8]))),
        flood("priorities", raw -> repeat(() -> raw.frame(PRIORITY, 0, 3, new byte[5]))),
        flood("frames of a kind that is not known", raw -> repeat(() -> raw.frame(200, 0, 0))),
        flood(
            "data without data",
            raw -> {
              raw.post(1, "/update");
              repeat(() -> raw.frame(DATA, 0, 1));
            }));
  }

  private static void repeat(Runnable frame) {
    for (int i = 0; i < FLOOD; i++) {
      frame.run();
    }
  }

  private static Stream<Case> heads() {
    return Stream.of(
        with("connection", "connection", "close"),
        with("keep-alive", "keep-alive", "1"),
        with("transfer-encoding", "transfer-encoding", "chunked"),
        with("upgrade", "upgrade", "h2c"),
        with("te that is not trailers", "te", "gzip"),
        with("a name in capitals", "X-Upper", "1"),
        with("a name with a space", "x y", "1"),
        with("no name", "", "1"),
        with("CR in a value", "x", "a\rb"),
        with("LF in a value", "x", "a\nb"),
        with("CRLF in a value", "x", "a\r\nb: c"),
        with("NUL in a value", "x", "a\0b"),
        with("a tab before a value", "x", "\ta"),
        with("a second path", ":path", "/"),
        with("a pseudo-header that is not known", ":other", "1"),
        malformed("no path", headers(":method", "GET", ":scheme", "http", ":authority", "a")),
        malformed("no method", headers(":path", "/", ":scheme", "http", ":authority", "a")),
        malformed(
            "a pseudo-header at the end",
            headers(":method", "GET", ":scheme", "http", "x", "1", ":path", "/")),
        malformed(
            "an empty path",
            headers(":method", "GET", ":scheme", "http", ":authority", "localhost", ":path", "")));
  }

  private static Stream<Case> connections() {
    return Stream.of(
        new Case(
            "more streams than there may be",
            End.RESET,
            (int) Http2Error.REFUSED_STREAM.code(),
            raw -> {
              for (int i = 1; i <= 201; i += 2) {
                raw.get(i, "/events");
              }
            }),
        answered(
            "headers that grow when they are unpacked",
            431,
            raw -> raw.frame(HEADERS, END_HEADERS | END_STREAM, 1, bomb())),
        wrong(
            "headers that cannot be unpacked",
            Http2Error.COMPRESSION_ERROR,
            raw -> raw.frame(HEADERS, END_HEADERS | END_STREAM, 1, (byte) 0xff, (byte) 0xff)),
        wrong(
            "a frame that is too large",
            Http2Error.FRAME_SIZE_ERROR,
            raw -> raw.frame(DATA, 0, 1, new byte[20_000])),
        wrong("data without a request", Http2Error.PROTOCOL_ERROR, raw -> raw.frame(DATA, 0, 1)),
        wrong("a stream of the server's", Http2Error.PROTOCOL_ERROR, raw -> raw.get(2, "/")),
        wrong(
            "a window beyond all bounds",
            Http2Error.FLOW_CONTROL_ERROR,
            raw -> raw.frameOf(WINDOW_UPDATE, 0, Integer.MAX_VALUE)),
        wrong(
            "a setting that cannot be",
            Http2Error.FLOW_CONTROL_ERROR,
            raw ->
                raw.frame(
                    SETTINGS, 0, 0, (byte) 0, (byte) 4, (byte) -1, (byte) -1, (byte) -1,
                    (byte) -1)),
        wrong(
            "half a setting",
            Http2Error.FRAME_SIZE_ERROR,
            raw -> raw.frame(SETTINGS, 0, 0, (byte) 0)));
  }

  /** A large header in the dynamic table, repeated by one byte each. */
  private static byte[] bomb() {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.writeBytes(request("GET", "/health"));
    byte[] once = headers("x", "a".repeat(4_000));
    once[0] = 0x40;
    block.writeBytes(once);
    for (int i = 0; i < 8_000; i++) {
      block.write(0xbe);
    }
    return block.toByteArray();
  }

  private static Stream<Case> requests() {
    return Stream.of(
        answered("headers that are too long", 431, raw -> raw.get(1, "/", "x", "a".repeat(16_300))),
        answered("an address that is too long", 414, raw -> raw.get(1, "/" + "a".repeat(9_000))),
        answered("a path without a slash", 400, raw -> raw.get(1, "health")),
        answered("a path that could be simpler", 400, raw -> raw.get(1, "/x/../health")),
        answered("a blank behind a value", 400, raw -> raw.get(1, "/health", "x", "a ")),
        answered("a path that is cut off", 400, raw -> raw.get(1, "/%4")),
        answered(
            "two tokens", 400, raw -> raw.get(1, "/", "authorization", "a", "authorization", "b")),
        answered(
            "no name of the server",
            400,
            raw ->
                raw.frame(
                    HEADERS,
                    END_HEADERS | END_STREAM,
                    1,
                    headers(":method", "GET", ":scheme", "http", ":path", "/"))),
        answered(
            "another name of the server",
            403,
            raw ->
                raw.frame(
                    HEADERS,
                    END_HEADERS | END_STREAM,
                    1,
                    headers(
                        ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a.b"))),
        answered(
            "a page of another origin",
            403,
            raw -> raw.post(1, "/update", "origin", "https://evil.example")),
        answered(
            "TRACE",
            405,
            raw -> raw.frame(HEADERS, END_HEADERS | END_STREAM, 1, request("TRACE", "/"))),
        answered(
            "CONNECT",
            405,
            raw ->
                raw.frame(
                    HEADERS, END_HEADERS, 1, headers(":method", "CONNECT", ":authority", "a:1"))),
        answered("another expectation", 417, raw -> raw.post(1, "/update", "expect", "banana")),
        answered("nothing at a path, and a body", 404, raw -> raw.post(1, "/nothing")),
        answered("a compressed body", 415, raw -> raw.post(1, "/update", "content-encoding", "br")),
        answered(
            "a body that is too large",
            413,
            raw -> {
              raw.post(1, "/update");
              for (int i = 0; i < 70; i++) {
                raw.frame(DATA, 0, 1, new byte[16_000]);
              }
            }));
  }

  private static Stream<Case> late() {
    return Stream.of(
        answered("a body that does not come", 408, raw -> raw.post(1, "/update")),
        new Case(
            "an answer for which there is no room",
            End.RESET,
            (int) Http2Error.CANCEL.code(),
            raw -> raw.frame(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0}).get(1, "/metrics")),
        new Case(
            "a head that does not end",
            End.CLOSED,
            0,
            raw -> raw.frame(HEADERS, 0, 1, request("GET", "/health"))),
        new Case("nothing", End.CLOSED, 0, raw -> {}));
  }

  /**
   * Why the connection was closed. The last frame may be lost: closing with unread input resets the
   * connection (RFC 1122, section 4.2.2.13), and the peer loses what it has not read.
   */
  private static Optional<Frame> lastWord(Case what) {
    try (RawHttp2 raw = RawHttp2.connect(hub.port())) {
      raw.greet();
      what.frames.accept(raw);
      raw.send();
      Frame frame = raw.read();
      while (frame != null && (frame.type() != GOAWAY || frame.stream() != 0)) {
        frame = raw.read();
      }
      if (frame != null) {
        assertThat(frame.code()).as("%s", frame).isEqualTo(what.code);
        raw.awaitClose();
      }
      return Optional.ofNullable(frame);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void framesGetWhatTheyDeserve(Case what) {
    if (what.end == End.GOAWAY) {
      assertThat(Stream.generate(() -> lastWord(what)).limit(5).anyMatch(Optional::isPresent))
          .as("the reason is sent")
          .isTrue();
      return;
    }
    try (RawHttp2 raw = RawHttp2.connect(hub.port())) {
      raw.greet();
      what.frames.accept(raw);
      raw.send();
      switch (what.end) {
        case RESET -> assertThat(reset(raw).code()).isEqualTo(what.code);
        case STATUS -> assertThat(status(raw)).isEqualTo(what.code);
        default -> raw.awaitClose();
      }
    }
  }

  /** Also on a port that accepts HTTP/2, until the first request. */
  @Test
  void bodyOfTheFirstRequestOverHttp1IsABody() {
    String inside = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
    try (RawHttp raw = hub.connect()) {
      raw.send("POST /update?topic=t HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n")
          .send("Content-Length: " + inside.length() + "\r\n\r\n" + inside);
      assertThat(raw.answer().body()).contains("\"id\"");
      raw.send("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n");
      Problems.check(404, raw.answer());
    }
  }

  /** A token with an unknown key causes a key download; meanwhile the client disconnects. */
  @Test
  void whoLeavesWhileItsTokenIsBeingCheckedTroublesNobody() throws Exception {
    Vertx vertx = Vertx.vertx();
    Queue<HttpServerResponse> asked = new ConcurrentLinkedQueue<>();
    String keys = "{\"keys\": [" + Tokens.rsa("old").toPublicJWK().toJSONString() + "]}";
    AtomicBoolean slow = new AtomicBoolean();
    HttpServer server =
        TestHub.await(
            vertx
                .createHttpServer()
                .requestHandler(
                    request -> {
                      if (slow.get()) {
                        asked.add(request.response());
                      } else {
                        request.response().end(keys);
                      }
                    })
                .listen(0, "localhost"));
    try {
      TestHub.run(
          new JsonObject()
              .put("http", new JsonObject().put("clearTextHttp2", true))
              .put(
                  "auth",
                  new JsonObject()
                      .put("jwksUrl", "http://localhost:" + server.actualPort() + "/keys")),
          own -> {
            slow.set(true);
            String token =
                Tokens.signed(
                    "SHA256withRSA",
                    Tokens.rsa("new").toPrivateKey(),
                    "{\"alg\":\"RS256\",\"kid\":\"new\"}",
                    Tokens.claims(Tokens.rights("**", "**")));
            try (RawHttp2 raw = RawHttp2.connect(own.port())) {
              raw.greet().get(1, "/events", "authorization", "Bearer " + token).send();
              Await.until("asked", () -> !asked.isEmpty());
              raw.frameOf(RST_STREAM, 1, 8).frame(PING, 0, 0, new byte[8]).send();
              raw.await(PING, 0);
              vertx.runOnContext(turn -> asked.forEach(response -> response.end(keys)));
              raw.get(3, "/health/live").send();
              assertThat(raw.decode(raw.await(HEADERS, 3)).status()).hasToString("200");
            }
          });
    } finally {
      TestHub.await(vertx.close());
    }
  }

  private static Frame reset(RawHttp2 raw) {
    Frame frame = raw.read();
    while (frame != null && frame.type() != RST_STREAM) {
      frame = raw.read();
    }
    assertThat(frame).as("a reset").isNotNull();
    return frame;
  }

  /**
   * The status; if the request is incomplete, its stream is reset and the connection stays open.
   */
  private static int status(RawHttp2 raw) {
    int status = Integer.parseInt(raw.decode(raw.await(HEADERS, 1)).status().toString());
    raw.get(3, "/health/live").send();
    assertThat(raw.decode(raw.await(HEADERS, 3)).status()).hasToString("200");
    return status;
  }
}
