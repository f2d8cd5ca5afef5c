package dev.outpour.http.response;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The header {@code Date} (RFC 9110, section 6.6.1), formatted at most once a second. For use on
 * one event loop.
 */
public final class DateHeader {

  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final LongSupplier nowMillis;
  private long second = Long.MIN_VALUE;
  private CharSequence text = "";

  /**
   * Creates it.
   *
   * @param nowMillis the time of day, in milliseconds since 1970
   */
  public DateHeader(LongSupplier nowMillis) {
    this.nowMillis = nowMillis;
  }

  /** The current value. */
  public CharSequence text() {
    long now = TimeUnit.MILLISECONDS.toSeconds(nowMillis.getAsLong());
    if (now != second) {
      second = now;
      text = HttpHeaders.createOptimized(FORM.format(Instant.ofEpochSecond(now)));
    }
    return text;
  }

  /** Sets the header of a response. */
  public void set(HttpServerResponse response) {
    response.putHeader(HttpHeaders.DATE, text());
  }
}
