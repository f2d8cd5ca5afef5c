package dev.outpour.http.response;

import dev.outpour.update.Refusal;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;

/** A refusal as the body of a response: {@code application/problem+json} (RFC 9457). */
public final class ProblemBody {

  /** Stops browsers from guessing another content type. */
  public static final CharSequence CONTENT_TYPE_OPTIONS =
      HttpHeaders.createOptimized("X-Content-Type-Options");

  public static final CharSequence NO_SNIFF = HttpHeaders.createOptimized("nosniff");

  public static final String MEDIA_TYPE = "application/problem+json";

  private ProblemBody() {}

  /** Makes the body. */
  public static JsonObject of(Refusal refusal, String id) {
    return new JsonObject()
        .put("type", "about:blank")
        .put("title", title(refusal.status()))
        .put("status", refusal.status())
        .put("detail", refusal.detail())
        .put("request", id);
  }

  /** The reason phrase of RFC 9110; some of Netty's are older. */
  private static String title(int status) {
    return switch (status) {
      case 413 -> "Content Too Large";
      case 414 -> "URI Too Long";
      case 416 -> "Range Not Satisfiable";
      case 422 -> "Unprocessable Content";
      default -> HttpResponseStatus.valueOf(status).reasonPhrase();
    };
  }
}
