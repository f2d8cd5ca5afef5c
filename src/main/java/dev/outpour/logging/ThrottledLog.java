package dev.outpour.logging;

import dev.outpour.update.Refusal;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs refused requests with their reasons, at most one a second, with the number that it skipped.
 * Text from outside is shortened and escaped. The query is never logged. Confined to one event
 * loop.
 */
public final class ThrottledLog {

  private static final Logger log = LoggerFactory.getLogger(ThrottledLog.class);

  private static final long PAUSE_MILLIS = 1_000;

  private final LongSupplier nowMillis;
  private long nextMillis;
  private int skipped;

  /**
   * Creates it.
   *
   * @param nowMillis a monotonic clock
   */
  public ThrottledLog(LongSupplier nowMillis) {
    this.nowMillis = nowMillis;
    this.nextMillis = nowMillis.getAsLong();
  }

  /**
   * Logs a refused HTTP request.
   *
   * @param id the id of the request
   */
  public void add(HttpServerRequest request, String id, Refusal refusal) {
    if (isDue()) {
      SocketAddress peer = request.remoteAddress();
      log.atInfo()
          .addKeyValue("request", id)
          .log(
              "Refused {} {} from {}: {} {}, request {}{}",
              EscapedText.shown(request.method().name()),
              EscapedText.shown(withoutQuery(request.uri())),
              peer == null ? "an unknown address" : peer.hostAddress(),
              refusal.status(),
              EscapedText.shown(refusal.detail()),
              id,
              takeSkipped());
    }
  }

  /**
   * Logs a refused update from the event bus. Its content is for its sender only, and not logged.
   *
   * @param id the id of the request, if it has a valid one
   */
  public void addFromBus(@Nullable String id, Refusal refusal) {
    if (isDue()) {
      log.atInfo()
          .addKeyValue("request", id)
          .log(
              "Refused an update from the event bus: {}, request {}{}",
              refusal.status(),
              id == null ? "without an id" : id,
              takeSkipped());
    }
  }

  private boolean isDue() {
    long now = nowMillis.getAsLong();
    if (now - nextMillis < 0) {
      skipped++;
      return false;
    }
    nextMillis = now + PAUSE_MILLIS;
    return true;
  }

  private String takeSkipped() {
    String text = skipped == 0 ? "" : " (and " + skipped + " more)";
    skipped = 0;
    return text;
  }

  /** CONNECT over HTTP/2 has no URI. */
  private static String withoutQuery(@Nullable String uri) {
    if (uri == null) {
      return "";
    }
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }
}
