package dev.outpour.http.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.update.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyTypeTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json | JSON",
        "Application/JSON | JSON",
        "application/json; charset=utf-8 | JSON",
        "application/json;charset=\"UTF-8\" | JSON",
        "application/cloudevents+json | JSON",
        "application/vnd.api+json ; charset=utf8 | JSON",
        "' ' | JSON",
        "application/x-www-form-urlencoded | FORM",
        "text/plain | TEXT",
        "text/plain; format=flowed; charset=utf-8 | TEXT",
        "application/x-ndjson | LINES",
        "application/x-ndjson;charset=utf-8 | LINES"
      })
  void contentTypeSaysWhatTheBodyIs(String contentType, BodyType kind) {
    assertThat(BodyType.of(contentType, null)).isEqualTo(kind);
  }

  @Test
  void bodyThatNobodyDescribesIsJson() {
    assertThat(BodyType.of(null, null)).isEqualTo(BodyType.JSON);
    assertThat(BodyType.of(null, "identity")).isEqualTo(BodyType.JSON);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/xml",
        "text/html",
        "multipart/form-data; boundary=x",
        "application/octet-stream",
        "json",
        "application/jsonx",
        "application/+json",
        "text/json",
        "application/json; charset=iso-8859-1",
        "text/plain;charset=utf-16",
        "text/plain; charset=\"latin1\"",
        "rubbish"
      })
  void otherTypesAndCharsetsAreRefused(String contentType) {
    assertThat(Samples.refusalOf(() -> BodyType.of(contentType, null)).status()).isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br", "zstd", "deflate", "gzip, identity", "x"})
  void compressedBodiesAreRefused(String encoding) {
    assertThat(Samples.refusalOf(() -> BodyType.of("application/json", encoding)).status())
        .isEqualTo(415);
  }
}
