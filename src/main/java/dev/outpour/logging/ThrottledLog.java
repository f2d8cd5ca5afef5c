package dev.outpour.logging;

import dev.outpour.update.Refusal;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log what was refused and why, a line a second at most: of more it tells how many.
 * What strangers sent stands there cut and escaped, and never the query. For use on one event loop.
 */
public final class ThrottledLog {

  private static final Logger log = LoggerFactory.getLogger(ThrottledLog.class);

  private static final long PAUSE_MILLIS = 1_000;

  private final LongSupplier nowMillis;
  private long nextMillis;
  private int untold;

  /**
   * Creates it.
   *
   * @param nowMillis a clock that never falls
   */
  public ThrottledLog(LongSupplier nowMillis) {
    this.nowMillis = nowMillis;
    this.nextMillis = nowMillis.getAsLong();
  }

  public void add(HttpServerRequest request, String id, Refusal refusal) {
    if (nowMillis.getAsLong() - nextMillis < 0) {
      untold++;
      return;
    }
    SocketAddress peer = request.remoteAddress();
    log.atInfo()
        .addKeyValue("request", id)
        .log(
            "Refused {} {} from {}: {} {}, request {}{}",
            EscapedText.shown(request.method().name()),
            EscapedText.shown(withoutQuery(request.uri())),
            peer == null ? "nowhere" : peer.hostAddress(),
            refusal.status(),
            EscapedText.shown(refusal.detail()),
            id,
            untold == 0 ? "" : " (and " + untold + " more before)");
    untold = 0;
    nextMillis = nowMillis.getAsLong() + PAUSE_MILLIS;
  }

  /** CONNECT of HTTP/2 has no address. */
  private static String withoutQuery(@Nullable String uri) {
    if (uri == null) {
      return "";
    }
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }
}
