package dev.outpour.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.TestHub;
import dev.outpour.http.response.DateHeader;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The header {@code Date}. */
class DateTest {

  private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n";

  private static TestHub hub;

  @BeforeAll
  static void start() {
    hub = TestHub.start(new JsonObject().put("limits", new JsonObject().put("bodySeconds", 1)));
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /health" + HOST,
        "HEAD /health" + HOST,
        "GET /metrics" + HOST,
        "GET /openapi.json" + HOST,
        "GET /" + HOST,
        "GET /topics" + HOST,
        "GET /events?topic=date" + HOST,
        "HEAD /events" + HOST,
        "OPTIONS /events" + HOST,
        "GET /nothing" + HOST,
        "PUT /update" + HOST,
        "TRACE /" + HOST,
        "GET /health HTTP/1.1\r\nHost: evil.example\r\n",
        "GET /health HTTP/1.1\r\n",
        "GET /health HTTP/9.1\r\n",
        "POST /update" + HOST + "Content-Length: 1\r\n",
        "POST /update" + HOST + "Transfer-Encoding: chunked\r\n\r\nz",
      })
  void eachAnswerHasItsDate(String head) {
    try (RawHttp raw = hub.connect()) {
      raw.send(head + "\r\n");
      String said = raw.readUntil("\r\n\r\n");
      String date = said.replaceFirst("(?is).*\r\ndate: ([^\r]*)\r\n.*", "$1");
      Instant made = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      assertThat(Duration.between(made, Instant.now()).abs()).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void dateIsWrittenOnceASecondAsHttpHasIt() {
    AtomicLong clock = new AtomicLong(784_111_777_999L);
    DateHeader today = new DateHeader(clock::get);
    CharSequence first = today.text();
    assertThat(first).hasToString("Sun, 06 Nov 1994 08:49:37 GMT");
    clock.addAndGet(-999);
    assertThat(today.text()).isSameAs(first);
    clock.addAndGet(1_000);
    assertThat(today.text()).hasToString("Sun, 06 Nov 1994 08:49:38 GMT");
    clock.set(0);
    assertThat(today.text()).hasToString("Thu, 01 Jan 1970 00:00:00 GMT");
  }
}
