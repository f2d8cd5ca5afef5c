package dev.outpour.http.connection;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

/** Checks the version of requests of HTTP/1. */
public final class HttpVersionCheck {

  /** What is said of a version other than 1.0 and 1.1. */
  public static final class UnknownVersionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnknownVersionException() {
      super("Not HTTP/1.1", null, false, false);
    }
  }

  private HttpVersionCheck() {}

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
}
