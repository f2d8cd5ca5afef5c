package dev.outpour.http.subscribe;

import java.util.List;
import java.util.Locale;

/** What a client accepts, by its {@code Accept} headers (RFC 9110, section 12.5.1). */
final class AcceptHeader {

  private AcceptHeader() {}

  /** Whether a media type is accepted: the most specific range that matches decides. */
  static boolean allows(List<String> headers, String type, String subtype) {
    int best = 0;
    boolean allowed = false;
    for (String header : headers) {
      for (String range : header.toLowerCase(Locale.ROOT).split(",", -1)) {
        String[] parts = range.split(";", -1);
        int specific = specificity(parts[0].trim(), type, subtype);
        if (specific > best) {
          best = specific;
          allowed = !isRefused(parts);
        }
      }
    }
    return allowed;
  }

  private static int specificity(String range, String type, String subtype) {
    if (range.equals(type + "/" + subtype)) {
      return 3;
    }
    if (range.equals(type + "/*")) {
      return 2;
    }
    return range.equals("*/*") ? 1 : 0;
  }

  private static boolean isRefused(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      if (parts[i].trim().matches("q\\s*=\\s*0(\\.0*)?")) {
        return true;
      }
    }
    return false;
  }
}
