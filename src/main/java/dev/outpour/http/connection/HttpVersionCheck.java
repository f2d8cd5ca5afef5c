package dev.outpour.http.connection;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

/** Checks the version of HTTP/1 requests. */
public final class HttpVersionCheck {

  /** Marks a request with another version than 1.0 and 1.1. */
  public static final class UnknownVersionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnknownVersionException() {
      super("Not HTTP/1.1", null, false, false);
    }
  }

  private HttpVersionCheck() {}

  /** Marks a request with an unknown version as failed; Vert.x would answer in that version. */
  static void checkVersion(HttpRequest request) {
    HttpVersion version = request.protocolVersion();
    if (version.equals(HttpVersion.HTTP_1_1)) {
      // Vert.x compares by identity; Netty makes another object for a version in lower case.
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
