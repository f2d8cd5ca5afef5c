package dev.outpour.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.http.LogLines;
import dev.outpour.metrics.PrometheusMetrics;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CertificateWatchTest {

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    Await.result(vertx.close());
  }

  @Test
  void oneThatCountsForLongIsNotToldOf() {
    try (LogLines lines = LogLines.listen()) {
      CertificateWatch.begin(vertx, Instant.now().plus(Duration.ofDays(90)));

      assertThat(lines.of(CertificateWatch.class)).isEmpty();
      assertThat(PrometheusMetrics.of(vertx).scrape())
          .containsPattern("outpour_bus_certificate_seconds 777[0-9]{4}\\.");
    }
  }

  @Test
  void oneThatExpiresSoonIsToldOfAtTheStartAndWhenItHasExpired() {
    try (LogLines lines = LogLines.listen()) {
      CertificateWatch.begin(vertx, Instant.now().plusMillis(1_500));

      Await.until(() -> lines.of(CertificateWatch.class).size() == 2, lines::troubles);
      assertThat(lines.of(CertificateWatch.class).get(0)).contains("expires at ", ", in 1 s");
      assertThat(lines.of(CertificateWatch.class).get(1)).contains("expired at ");
    }
  }

  @Test
  void itIsLookedAtWhenItIsTimeAndThenDaily() {
    assertThat(CertificateWatch.next(Duration.ofDays(300))).isEqualTo(Duration.ofDays(1));
    assertThat(CertificateWatch.next(Duration.ofDays(30).plusHours(2)))
        .isEqualTo(Duration.ofHours(2));
    assertThat(CertificateWatch.next(Duration.ofDays(3))).isEqualTo(Duration.ofDays(1));
    assertThat(CertificateWatch.next(Duration.ofHours(5))).isEqualTo(Duration.ofHours(5));
    assertThat(CertificateWatch.next(Duration.ZERO)).isEqualTo(Duration.ofDays(1));
    assertThat(CertificateWatch.inWords(Duration.ofDays(12))).isEqualTo("12 days");
    assertThat(CertificateWatch.inWords(Duration.ofHours(30))).isEqualTo("30 hours");
  }
}
