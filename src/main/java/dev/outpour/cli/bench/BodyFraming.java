package dev.outpour.cli.bench;

import java.net.ProtocolException;
import java.util.Locale;

/**
 * How one sees where the body of an answer ends (RFC 9112, section 6.3).
 *
 * @param kind by what
 * @param length its length if that is known, else 0
 */
record BodyFraming(Kind kind, long length) {
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  enum Kind {
    CHUNKED,
    COUNTED,
    UNTIL_CLOSED
  }

  /**
   * As a head says it.
   *
   * @param lines its lines, the first with the status
   */
  static BodyFraming of(int status, String... lines) throws ProtocolException {
    if (status == NO_CONTENT || status == NOT_MODIFIED) {
      return new BodyFraming(Kind.COUNTED, 0);
    }
    BodyFraming framing = new BodyFraming(Kind.UNTIL_CLOSED, 0);
    for (String line : lines) {
      String header = line.toLowerCase(Locale.ROOT);
      String value = header.substring(header.indexOf(':') + 1).strip();
      if (header.startsWith("transfer-encoding:") && value.endsWith("chunked")) {
        return new BodyFraming(Kind.CHUNKED, 0);
      }
      if (header.startsWith("content-length:")) {
        framing = new BodyFraming(Kind.COUNTED, length(value));
      }
    }
    return framing;
  }

  private static long length(String value) throws ProtocolException {
    try {
      return Long.parseUnsignedLong(value);
    } catch (NumberFormatException e) {
      throw new ProtocolException("the length of the answer is no number");
    }
  }
}
