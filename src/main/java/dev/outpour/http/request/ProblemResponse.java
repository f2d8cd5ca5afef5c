package dev.outpour.http.request;

import dev.outpour.http.connection.FinalResponse;
import dev.outpour.http.response.DateHeader;
import dev.outpour.http.response.FullResponse;
import dev.outpour.http.response.ProblemBody;
import dev.outpour.http.response.RequestIds;
import dev.outpour.http.socket.Sockets;
import dev.outpour.logging.FailureLog;
import dev.outpour.logging.ThrottledLog;
import dev.outpour.loop.TurnBudget;
import dev.outpour.metrics.Limit;
import dev.outpour.metrics.Metrics;
import dev.outpour.update.Refusal;
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
public final class ProblemResponse {

  private static final long LINGER_MILLIS = 1_000;

  /** By RFC 9113, section 8.1, this tells a client that its request is answered as it is. */
  private static final long NO_ERROR = 0;

  private final Vertx vertx;
  private final Metrics metrics;
  private final DateHeader today;
  private final ThrottledLog log = new ThrottledLog(TurnBudget::nowMillis);
  private final FailureLog mishaps = new FailureLog("Answering");

  public ProblemResponse(Vertx vertx, Metrics metrics, DateHeader today) {
    this.vertx = vertx;
    this.metrics = metrics;
    this.today = today;
  }

  /**
   * Answers that this hub has failed, and says so in its log.
   *
   * @param doing what was being done, as it goes on after "while"
   */
  public void fail(HttpServerRequest request, String doing, Throwable cause) {
    fail(request, doing, cause, new JsonObject());
  }

  /**
   * Answers that this hub has failed, and says so in its log.
   *
   * @param doing what was being done, as it goes on after "while"
   * @param more further members of the problem
   */
  public void fail(HttpServerRequest request, String doing, Throwable cause, JsonObject more) {
    mishaps.add(doing + " of the request " + RequestIds.of(request), cause);
    send(request, Refusal.failed(), more);
  }

  /** Answers with a refusal. */
  public void send(HttpServerRequest request, Refusal refusal) {
    send(request, refusal, new JsonObject());
  }

  /**
   * Answers with a refusal.
   *
   * @param more further members of the problem
   */
  public void send(HttpServerRequest request, Refusal refusal, JsonObject more) {
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
        .putHeader(HttpHeaders.CONTENT_TYPE, ProblemBody.MEDIA_TYPE)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(ProblemBody.CONTENT_TYPE_OPTIONS, ProblemBody.NO_SNIFF);
    if (refusal.retryAfterSeconds() > 0) {
      response.putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(refusal.retryAfterSeconds()));
    }
    boolean unread = !request.isEnded() && mayHaveBody(request);
    if (unread) {
      FinalResponse.say(request);
    }
    Future<Void> written =
        FullResponse.end(
            request, ProblemBody.of(refusal, id).mergeIn(more).toBuffer().appendString("\n"));
    if (unread || FinalResponse.isSaid(request)) {
      closeSoon(request, written);
    }
  }

  /** Answers with a refusal, after which the connection is closed; of HTTP/2 the stream. */
  public void sendLast(HttpServerRequest request, Refusal refusal) {
    FinalResponse.say(request);
    send(request, refusal);
  }

  /** Whether more than a head may come; of HTTP/2 only its end tells. */
  private static boolean mayHaveBody(HttpServerRequest request) {
    return Sockets.isShared(request)
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

  private void closeSoon(HttpServerRequest request, Future<Void> written) {
    boolean shared = Sockets.isShared(request);
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
      written.onSuccess(all -> FinalResponse.endSending(request));
    }
    if (request.isEnded()) {
      FinalResponse.throwAway(request);
      return;
    }
    request.handler(discarded -> {});
    request.endHandler(
        ended -> {
          if (shared) {
            vertx.cancelTimer(timer);
          } else {
            FinalResponse.throwAway(request);
          }
        });
    request.resume();
  }
}
