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
 * Answers a request with a refusal as {@code application/problem+json} (RFC 9457). For use on the
 * event loop of the request.
 *
 * <p>If the body was not read to its end, or the response is the last one, the connection is closed
 * after the response; for HTTP/2, the stream. Until then, further input is discarded for a moment,
 * so that the client can read the response.
 */
public final class ProblemResponse {

  private static final long LINGER_MILLIS = 1_000;

  /**
   * Tells the client that the response is complete without the rest of the request (RFC 9113, 8.1).
   */
  private static final long NO_ERROR = 0;

  private final Vertx vertx;
  private final Metrics metrics;
  private final DateHeader date;
  private final ThrottledLog log = new ThrottledLog(TurnBudget::nowMillis);
  private final FailureLog failures = new FailureLog("Answering");

  public ProblemResponse(Vertx vertx, Metrics metrics, DateHeader date) {
    this.vertx = vertx;
    this.metrics = metrics;
    this.date = date;
  }

  /**
   * Answers 500, and logs the cause.
   *
   * @param doing what was being done, as it reads after "while"
   */
  public void fail(HttpServerRequest request, String doing, Throwable cause) {
    fail(request, doing, cause, new JsonObject());
  }

  /**
   * Answers 500, and logs the cause.
   *
   * @param doing what was being done, as it reads after "while"
   * @param more additional members of the problem
   */
  public void fail(HttpServerRequest request, String doing, Throwable cause, JsonObject more) {
    failures.add(doing + " of the request " + RequestIds.of(request), cause);
    send(request, Refusal.failed(), more);
  }

  /** Answers with a refusal. */
  public void send(HttpServerRequest request, Refusal refusal) {
    send(request, refusal, new JsonObject());
  }

  /**
   * Answers with a refusal.
   *
   * @param more additional members of the problem
   */
  public void send(HttpServerRequest request, Refusal refusal, JsonObject more) {
    HttpServerResponse response = request.response();
    if (!FullResponse.isOpen(response)) {
      return;
    }
    String id = RequestIds.of(request);
    count(refusal.status());
    log.add(request, id, refusal);
    date.set(response);
    response
        .setStatusCode(refusal.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, ProblemBody.MEDIA_TYPE)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(ProblemBody.CONTENT_TYPE_OPTIONS, ProblemBody.NO_SNIFF);
    if (refusal.retryAfterSeconds() > 0) {
      response.putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(refusal.retryAfterSeconds()));
    }
    boolean hasUnread = !request.isEnded() && mayHaveBody(request);
    if (hasUnread) {
      FinalResponse.set(request);
    }
    Future<Void> written =
        FullResponse.end(
            request, ProblemBody.of(refusal, id).mergeIn(more).toBuffer().appendString("\n"));
    if (hasUnread || FinalResponse.isSet(request)) {
      closeSoon(request, written);
    }
  }

  /** Answers with a refusal, then closes the connection; for HTTP/2, the stream. */
  public void sendLast(HttpServerRequest request, Refusal refusal) {
    FinalResponse.set(request);
    send(request, refusal);
  }

  /** Whether a body may follow the head; for HTTP/2, only the end of the stream tells. */
  private static boolean mayHaveBody(HttpServerRequest request) {
    return Sockets.isShared(request)
        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || isPositive(request.getHeader(HttpHeaders.CONTENT_LENGTH));
  }

  private static boolean isPositive(@Nullable String length) {
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
      written.onSuccess(all -> FinalResponse.shutdownOutput(request));
    }
    if (request.isEnded()) {
      FinalResponse.discardInput(request);
      return;
    }
    request.handler(discarded -> {});
    request.endHandler(
        ended -> {
          if (shared) {
            vertx.cancelTimer(timer);
          } else {
            FinalResponse.discardInput(request);
          }
        });
    request.resume();
  }
}
