package dev.outpour.http.publish;

import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The type of a publish body, by its {@code Content-Type}. */
enum BodyType {
  /** One JSON update. */
  JSON,
  /** One JSON update that is declared as a form: curl does so by default. */
  FORM,
  /** One text update. */
  TEXT,
  /** One JSON update a line. */
  LINES;

  /**
   * Parses the headers.
   *
   * @throws RefusedException with status 415 if the type, charset or coding is not supported
   */
  static BodyType of(@Nullable String contentType, @Nullable String contentEncoding) {
    if (contentEncoding != null && !contentEncoding.trim().equalsIgnoreCase("identity")) {
      throw Refusal.unsupported("Compressed bodies are not supported: send the body uncompressed")
          .asException();
    }
    if (contentType == null || contentType.isBlank()) {
      return JSON;
    }
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    checkCharset(parts);
    String type = parts[0].trim();
    if (type.equals("application/json") || type.matches("application/[^/ ]+\\+json")) {
      return JSON;
    }
    return switch (type) {
      case "application/x-www-form-urlencoded" -> FORM;
      case "text/plain" -> TEXT;
      case "application/x-ndjson" -> LINES;
      default ->
          throw Refusal.unsupported(
                  "Unsupported content type: send application/json, text/plain or"
                      + " application/x-ndjson")
              .asException();
    };
  }

  private static void checkCharset(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String[] pair = parts[i].trim().split("=", 2);
      if (pair[0].trim().equals("charset") && pair.length == 2) {
        String charset = pair[1].trim().replace("\"", "");
        if (!charset.equals("utf-8") && !charset.equals("utf8")) {
          throw Refusal.unsupported("Unsupported charset: send UTF-8").asException();
        }
      }
    }
  }
}
