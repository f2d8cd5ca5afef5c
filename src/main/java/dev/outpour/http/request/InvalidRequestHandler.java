package dev.outpour.http.request;

import dev.outpour.http.connection.FinalResponse;
import dev.outpour.http.connection.HttpVersionCheck;
import dev.outpour.http.connection.StrictDecoder;
import dev.outpour.update.Refusal;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/** Answers messages that are not valid HTTP/1.1 requests, then closes the connection. */
public final class InvalidRequestHandler implements Handler<HttpServerRequest> {

  static final Refusal TOO_LONG =
      new Refusal(414, "The URL is too long: name fewer topics, or raise limits.lineKilobytes", 0);

  private final ProblemResponse problems;

  public InvalidRequestHandler(ProblemResponse problems) {
    this.problems = problems;
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (!FinalResponse.isSet(request)) {
      problems.sendLast(request, refusal(request.decoderResult().cause()));
    }
  }

  private static Refusal refusal(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return TOO_LONG;
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return new Refusal(
          431, "The headers are too large: send fewer cookies, or raise limits.headerKilobytes", 0);
    }
    if (cause instanceof StrictDecoder.HeadException invalid) {
      return Refusal.badRequest(invalid.detail());
    }
    return cause instanceof HttpVersionCheck.UnknownVersionException
        ? new Refusal(505, "Unsupported HTTP version: use HTTP/1.1 or 1.0", 0)
        : Refusal.badRequest("Not a valid HTTP/1.1 request");
  }
}
