package dev.outpour.http.request;

import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request, parsed strictly: unknown parameters are refused, not ignored. Immutable.
 *
 * <p>The syntax is {@code application/x-www-form-urlencoded} (WHATWG URL standard, section 5.1),
 * except that invalid UTF-8 is refused, not replaced.
 */
public final class Query {

  /** The parameter that may carry a token. */
  public static final String ACCESS_TOKEN = "access_token";

  private final Map<String, List<String>> values;

  private Query(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * Parses a query.
   *
   * @param raw the text after the question mark; null if there is none
   * @param once the names that may occur once
   * @param repeatable the name that may occur several times; empty: none
   * @throws RefusedException with status 400
   */
  public static Query parse(@Nullable String raw, Set<String> once, String repeatable) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      if (!name.equals(repeatable) && !once.contains(name)) {
        // Text that is no pair, or hides one, may be a secret in the wrong place.
        String shown = equals < 0 || name.contains("=") ? "" : " '" + name + "'";
        throw Refusal.badRequest("Unknown parameter" + shown + ": use " + known(once, repeatable))
            .asException();
      }
      List<String> all = values.computeIfAbsent(name, first -> new ArrayList<>());
      all.add(decode(equals < 0 ? "" : pair.substring(equals + 1)));
      if (all.size() > 1 && !name.equals(repeatable)) {
        throw Refusal.badRequest("The parameter '" + name + "' occurs twice: send it once")
            .asException();
      }
    }
    return new Query(values);
  }

  private static String known(Set<String> once, String repeatable) {
    return Stream.concat(
            Stream.of(repeatable).filter(name -> !name.isEmpty()), once.stream().sorted())
        .collect(Collectors.joining(", "));
  }

  /** The value of a parameter, if there is one. */
  public Optional<String> one(String name) {
    return all(name).stream().findFirst();
  }

  /** All values of a parameter, in their order. */
  public List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  private static String decode(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '+') {
        bytes.write(' ');
      } else if (c == '%') {
        bytes.write(hex(text, i));
        i += 2;
      } else if (c < 0x80) {
        bytes.write(c);
      } else {
        throw Refusal.badRequest("The query contains a non-ASCII character: percent-encode it")
            .asException();
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw Refusal.badRequest(
              "The query is not valid UTF-8 after percent-decoding: encode it as UTF-8")
          .asException();
    }
  }

  /** The byte after a percent sign. */
  private static int hex(String text, int percent) {
    boolean complete =
        percent + 2 < text.length()
            && HexFormat.isHexDigit(text.charAt(percent + 1))
            && HexFormat.isHexDigit(text.charAt(percent + 2));
    if (!complete) {
      throw Refusal.badRequest("A '%' in the query is not followed by two hexadecimal digits")
          .asException();
    }
    return HexFormat.fromHexDigits(text, percent + 1, percent + 3);
  }
}
