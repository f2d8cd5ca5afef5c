package dev.outpour.http;

import dev.outpour.update.Refusal;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/** Answers what is no request of HTTP/1.1; the connection is closed after it. */
final class Malformed implements Handler<HttpServerRequest> {

  /** What is said of a version other than 1.0 and 1.1. */
  static final class UnknownVersionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnknownVersionException() {
      super("Not HTTP/1.1", null, false, false);
    }
  }

  static final Refusal TOO_LONG =
      new Refusal(
          414,
          "The address is longer than is taken: name fewer topics, or raise limits.lineKilobytes",
          0);

  private final Problem problem;

  Malformed(Problem problem) {
    this.problem = problem;
  }

  /** Marks a request of another version. Vert.x would answer in whatever version it was asked. */
  static void checkVersion(HttpRequest request) {
    HttpVersion version = request.protocolVersion();
    if (version.equals(HttpVersion.HTTP_1_1)) {
      // Vert.x knows no other object of this name, such as Netty makes for one in small letters.
      request.setProtocolVersion(HttpVersion.HTTP_1_1);
      return;
    }
    if (request.decoderResult().isFailure()) {
      request.setProtocolVersion(HttpVersion.HTTP_1_1);
    } else if (!version.equals(HttpVersion.HTTP_1_0)) {
      request.setProtocolVersion(HttpVersion.HTTP_1_1);
      request.setDecoderResult(DecoderResult.failure(new UnknownVersionException()));
    }
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (!LastAnswer.isSaid(request)) {
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
    return cause instanceof UnknownVersionException
        ? new Refusal(505, "Only HTTP/1.1 and 1.0 are spoken here", 0)
        : Refusal.badRequest("This is no request of HTTP/1.1");
  }
}
