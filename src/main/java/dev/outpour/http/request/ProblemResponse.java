package dev.outpour.http;

import dev.outpour.metrics.Limit;
import dev.outpour.metrics.Metrics;
import dev.outpour.update.Refusal;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP form of a refusal: {@code application/problem+json} (RFC 9457). For use on the event
 * loop of the request.
 *
 * <p>If the request has a body that was not read to its end, or the answer is the last one, the
 * connection is closed after the answer, or of HTTP/2 the stream: what still comes is thrown away
 * for a moment, so that the client gets to read it.
 */
final class Problem {

  /** Has browsers take what is sent for what it says it is. */
  static final CharSequence CONTENT_TYPE_OPTIONS =
      HttpHeaders.createOptimized("X-Content-Type-Options");

  static final CharSequence NO_SNIFF = HttpHeaders.createOptimized("nosniff");

  static final String MEDIA_TYPE = "application/problem+json";
  private static final long LINGER_MILLIS = 1_000;

  /** By RFC 9113, section 8.1, this tells a client that its request is answered as it is. */
  private static final long NO_ERROR = 0;

  private final Vertx vertx;
  private final Metrics metrics;
  private final Today today;
  private final RefusalLog log = new RefusalLog(Budget::nowMillis);
  private final Mishaps mishaps = new Mishaps("Answering");

  Problem(Vertx vertx, Metrics metrics, Today today) {
    this.vertx = vertx;
    this.metrics = metrics;
    this.today = today;
  }

  /**
   * Answers that this hub has failed, and says so in its log.
   *
   * @param doing what was being done, as it goes on after "while"
   */
  void fail(HttpServerRequest request, String doing, Throwable cause) {
    fail(request, doing, cause, new JsonObject());
  }

  /**
   * Answers that this hub has failed, and says so in its log.
   *
   * @param doing what was being done, as it goes on after "while"
   * @param more further members of the problem
   */
  void fail(HttpServerRequest request, String doing, Throwable cause, JsonObject more) {
    mishaps.add(doing + " of the request " + RequestIds.of(request), cause);
    send(request, Refusal.failed(), more);
  }

  /** Answers with a refusal. */
  void send(HttpServerRequest request, Refusal refusal) {
    send(request, refusal, new JsonObject());
  }

  /**
   * Answers with a refusal.
   *
   * @param more further members of the problem
   */
  void send(HttpServerRequest request, Refusal refusal, JsonObject more) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    String id = RequestIds.of(request);
    count(refusal.status());
    log.add(request, id, refusal);
    today.on(response);
    response
        .setStatusCode(refusal.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(CONTENT_TYPE_OPTIONS, NO_SNIFF);
    if (refusal.retryAfterSeconds() > 0) {
      response.putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(refusal.retryAfterSeconds()));
    }
    boolean unread = !request.isEnded() && mayHaveBody(request);
    if (unread) {
      LastAnswer.say(request);
    }
    Future<Void> written =
        WholeAnswer.end(request, body(refusal, id).mergeIn(more).toBuffer().appendString("\n"));
    if (unread || LastAnswer.isSaid(request)) {
      closeSoon(request, written);
    }
  }

  /** Answers with a refusal, after which the connection is closed; of HTTP/2 the stream. */
  void sendLast(HttpServerRequest request, Refusal refusal) {
    LastAnswer.say(request);
    send(request, refusal);
  }

  /** Whether more than a head may come; of HTTP/2 only its end tells. */
  private static boolean mayHaveBody(HttpServerRequest request) {
    return Lane.isShared(request)
        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || isAbove0(request.getHeader(HttpHeaders.CONTENT_LENGTH));
  }

  private static boolean isAbove0(@Nullable String length) {
    return length != null && !length.equals("0");
  }

  private void count(int status) {
    metrics.refused(status);
    switch (status) {
      case 413 -> metrics.limited(Limit.BODY_SIZE);
      case 414 -> metrics.limited(Limit.LINE_SIZE);
      case 431 -> metrics.limited(Limit.HEADER_SIZE);
      default -> {}
    }
  }

  /** The body of an answer. */
  static JsonObject body(Refusal refusal, String id) {
    return new JsonObject()
        .put("type", "about:blank")
        .put("title", title(refusal.status()))
        .put("status", refusal.status())
        .put("detail", refusal.detail())
        .put("request", id);
  }

  /** As RFC 9110 has it; Netty has some that are older. */
  private static String title(int status) {
    return switch (status) {
      case 413 -> "Content Too Large";
      case 414 -> "URI Too Long";
      case 416 -> "Range Not Satisfiable";
      case 422 -> "Unprocessable Content";
      default -> HttpResponseStatus.valueOf(status).reasonPhrase();
    };
  }

  private void closeSoon(HttpServerRequest request, Future<Void> written) {
    boolean shared = Lane.isShared(request);
    long timer =
        vertx.setTimer(
            LINGER_MILLIS,
            fired -> {
              if (shared) {
                request.response().reset(NO_ERROR);
              } else {
                request.connection().close();
              }
            });
    if (!shared) {
      written.onSuccess(all -> LastAnswer.endSending(request));
    }
    if (request.isEnded()) {
      LastAnswer.throwAway(request);
      return;
    }
    request.handler(discarded -> {});
    request.endHandler(
        ended -> {
          if (shared) {
            vertx.cancelTimer(timer);
          } else {
            LastAnswer.throwAway(request);
          }
        });
    request.resume();
  }
}
