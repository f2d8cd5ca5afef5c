package dev.outpour.http.request;

import dev.outpour.logging.EscapedText;
import dev.outpour.loop.PerVertx;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each origin that is not listed once, with the setting that would allow it, and at most
 * {@value #MAX} of them. Thread-safe.
 */
public final class RefusedOrigins implements Shareable {

  private static final Logger log = LoggerFactory.getLogger(RefusedOrigins.class);

  private static final int MAX = 50;
  private static final int MAX_CHARS = 300;

  private final Set<String> known = new HashSet<>();

  /** The instance of this Vert.x, shared by all event loops. */
  public static RefusedOrigins of(Vertx vertx) {
    return PerVertx.get(vertx, RefusedOrigins.class, () -> new RefusedOrigins());
  }

  synchronized void add(String header) {
    String origin = header.length() > MAX_CHARS ? header.substring(0, MAX_CHARS) : header;
    if (known.size() >= MAX || !known.add(origin)) {
      return;
    }
    log.warn(
        "Pages of the origin {} may not publish here or read responses: {}{}",
        EscapedText.shown(origin, MAX_CHARS),
        advice(origin),
        known.size() < MAX ? "" : ". Further origins are not logged until the hub restarts");
  }

  private static String advice(String origin) {
    try {
      AllowedOrigins.check(origin);
    } catch (IllegalArgumentException e) {
      return "http.origins takes only http and https origins, so serve the page over one of them,"
          + " outside a sandboxed frame";
    }
    String shown = EscapedText.shown(origin, MAX_CHARS);
    return "if they should, list it: \"http\": {\"origins\": [\"" + shown + "\"]}";
  }
}
