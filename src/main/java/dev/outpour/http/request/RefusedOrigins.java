package dev.outpour.http.request;

import dev.outpour.logging.EscapedText;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The origins whose pages asked for something here and are not listed: the log says of each once,
 * with the line that would let it in, and of no more than {@value #MOST}. For use by all threads.
 */
public final class RefusedOrigins implements Shareable {

  private static final Logger log = LoggerFactory.getLogger(RefusedOrigins.class);

  private static final int MOST = 50;
  private static final int MOST_CHARS = 300;

  private final Set<String> known = new HashSet<>();

  /** Those of this Vert.x, all event loops together. */
  public static RefusedOrigins of(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, RefusedOrigins>getLocalMap("outpour.refused-origins")
        .computeIfAbsent("", name -> new RefusedOrigins());
  }

  synchronized void add(String sent) {
    String origin = sent.length() > MOST_CHARS ? sent.substring(0, MOST_CHARS) : sent;
    if (known.size() >= MOST || !known.add(origin)) {
      return;
    }
    log.warn(
        "Pages of the origin {} may not publish here or read the answers: {}{}",
        EscapedText.shown(origin, MOST_CHARS),
        advice(origin),
        known.size() < MOST ? "" : ". Further origins are not named until the hub is restarted");
  }

  private static String advice(String origin) {
    try {
      AllowedOrigins.check(origin);
    } catch (IllegalArgumentException e) {
      return "only origins of http and https can be listed in http.origins, so serve the page over"
          + " one of them, outside a sandboxed frame";
    }
    String shown = EscapedText.shown(origin, MOST_CHARS);
    return "if they should, list it: \"http\": {\"origins\": [\"" + shown + "\"]}";
  }
}
