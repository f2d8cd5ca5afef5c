package dev.outpour.http.publish;

import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a publisher's body is, by its {@code Content-Type}. */
enum BodyType {
  /** One update of JSON. */
  JSON,
  /** One update, said to be a form: curl says so of whatever it sends. */
  FORM,
  /** One update of text. */
  TEXT,
  /** An update of JSON per line. */
  LINES;

  /**
   * Reads the headers.
   *
   * @throws RefusedException with status 415 if it is a type, charset or coding that is not taken
   */
  static BodyType of(@Nullable String contentType, @Nullable String contentEncoding) {
    if (contentEncoding != null && !contentEncoding.trim().equalsIgnoreCase("identity")) {
      throw Refusal.unsupported("Compressed bodies are not taken: send it as it is").asException();
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
                  "The content type is not taken: send application/json, text/plain or"
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
          throw Refusal.unsupported("The charset is not taken: send UTF-8").asException();
        }
      }
    }
  }
}
