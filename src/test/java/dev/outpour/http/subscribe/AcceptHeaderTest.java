package dev.outpour.http.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptHeaderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/event-stream | true",
        "TEXT/Event-Stream | true",
        "text/event-stream;charset=utf-8 | true",
        "text/* | true",
        "*/* | true",
        "*/*;q=0.1 | true",
        "text/html, */*;q=0.8 | true",
        "text/html,text/event-stream | true",
        "application/json | false",
        "text/html | false",
        "text/event-stream;q=0 | false",
        "text/event-stream; q=0.000 | false",
        "text/event-stream; Q=0 | false",
        "text/event-stream;q=0.001 | true",
        "text/event-stream;q=0, */* | false",
        "*/*, text/event-stream;q=0 | false",
        "text/*;q=0, */* | false",
        "*/*;q=0, text/event-stream | true",
        "text/*;q=0, text/event-stream | true",
        "*/*;q=0 | false",
        "text/event-stream2 | false",
        "rubbish | false",
        "; | false"
      })
  void theMostSpecificRangeDecides(String header, boolean allowed) {
    assertThat(AcceptHeader.allows(List.of(header), "text", "event-stream")).isEqualTo(allowed);
  }

  @Test
  void severalHeadersAreOne() {
    assertThat(AcceptHeader.allows(List.of("text/html", "text/*"), "text", "event-stream"))
        .isTrue();
    assertThat(AcceptHeader.allows(List.of("*/*", "text/*;q=0"), "text", "event-stream")).isFalse();
  }
}
