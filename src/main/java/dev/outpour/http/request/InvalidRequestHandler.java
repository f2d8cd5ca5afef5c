package dev.outpour.http.request;

import dev.outpour.http.connection.FinalResponse;
import dev.outpour.http.connection.HttpVersionCheck;
import dev.outpour.http.connection.StrictDecoder;
import dev.outpour.update.Refusal;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/** Answers what is no request of HTTP/1.1; the connection is closed after it. */
public final class InvalidRequestHandler implements Handler<HttpServerRequest> {

  static final Refusal TOO_LONG =
      new Refusal(
          414,
          "The address is longer than is taken: name fewer topics, or raise limits.lineKilobytes",
          0);

  private final ProblemResponse problem;

  public InvalidRequestHandler(ProblemResponse problem) {
    this.problem = problem;
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (!FinalResponse.isSaid(request)) {
      problem.sendLast(request, refusal(request.decoderResult().cause()));
    }
  }

  private static Refusal refusal(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return TOO_LONG;
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return new Refusal(
          431,
          "The headers are longer than is taken: send fewer cookies, or raise"
              + " limits.headerKilobytes",
          0);
    }
    if (cause instanceof StrictDecoder.HeadException odd) {
      return Refusal.badRequest(odd.detail());
    }
    return cause instanceof HttpVersionCheck.UnknownVersionException
        ? new Refusal(505, "Only HTTP/1.1 and 1.0 are spoken here", 0)
        : Refusal.badRequest("This is no request of HTTP/1.1");
  }
}
