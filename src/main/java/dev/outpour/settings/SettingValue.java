package dev.outpour.settings;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Converts values of settings. Decoders turn the text of a variable or property into the JSON that
 * the file would have. Checks throw an {@link IllegalArgumentException} with a message that says
 * what is required.
 */
final class SettingValue {

  static final String EMPTY = "is set and empty: give it a value, or leave it out";

  private static final int FIRST_BEYOND_ASCII = 0x80;

  private SettingValue() {}

  /** Whether a value counts as not set. */
  static boolean isNothing(Object value) {
    return value.equals("") || (value instanceof JsonArray list && list.isEmpty());
  }

  static Object decodeNumber(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      return text;
    }
  }

  static Object decodeFlag(String text) {
    return text.equals("true") ? true : text.equals("false") ? (Object) false : text;
  }

  static Object decodeJson(String text) {
    try {
      return Objects.requireNonNullElse(Json.decodeValue(text), text);
    } catch (DecodeException e) {
      return text;
    }
  }

  /** Decodes a list with commas. */
  static Object decodeList(String text) {
    return new JsonArray(
        Arrays.stream(text.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList());
  }

  /** Decodes a list in JSON or with commas. */
  static Object decodeAnyList(String text) {
    return decodeJson(text) instanceof JsonArray json ? json : decodeList(text);
  }

  static int integer(Object value, int min, int max) {
    if (value instanceof Number number
        && number.doubleValue() == number.intValue()
        && number.intValue() >= min
        && number.intValue() <= max) {
      return number.intValue();
    }
    throw new IllegalArgumentException("must be a whole number from " + min + " to " + max);
  }

  static boolean flag(Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw new IllegalArgumentException("must be true or false");
  }

  static String string(@Nullable Object value) {
    if (value instanceof String text && !text.isBlank()) {
      return text;
    }
    throw new IllegalArgumentException("must be a text in quotes that is not blank");
  }

  static List<String> strings(@Nullable Object value) {
    if (value instanceof JsonArray list) {
      return list.stream().map(SettingValue::string).toList();
    }
    throw new IllegalArgumentException("must be a list of texts");
  }

  /** One text, or a list of at least one. */
  static List<String> oneOrMore(Object value) {
    List<String> texts = value instanceof JsonArray ? strings(value) : List.of(string(value));
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("must name one at least");
    }
    return texts;
  }

  /** A text that may be absent, but not empty. */
  static String optional(Object value, Consumer<String> rule) {
    if (!(value instanceof String text)) {
      throw new IllegalArgumentException("must be a text in quotes");
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException(EMPTY);
    }
    rule.accept(text);
    return text;
  }

  /**
   * A valid path. Without a UTF-8 locale, Java cannot use all letters in paths, and native
   * libraries may decode them in another way.
   */
  static String checkPath(String path) {
    String encoding = System.getProperty("sun.jnu.encoding", "");
    if (!encoding.equalsIgnoreCase("UTF-8")
        && !path.chars().allMatch(c -> c < FIRST_BEYOND_ASCII)) {
      throw new IllegalArgumentException(
          "must be in ASCII where the locale is not one of UTF-8: start the hub with"
              + " LC_ALL=C.UTF-8, or use only ASCII letters");
    }
    try {
      var unused = Path.of(path);
      return path;
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("must be a path, but has: " + e.getReason(), e);
    }
  }

  /** Rejects a blank or a line end at the ends of a secret, which files and variables may add. */
  static void checkSecret(String secret) {
    if (!secret.equals(secret.strip())) {
      throw new IllegalArgumentException("begins or ends with a blank or a line end: remove it");
    }
  }

  /** The spelling of an enum's constant in the configuration. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static <E extends Enum<E>> E constant(Class<E> words, String text) {
    return Arrays.stream(words.getEnumConstants())
        .filter(each -> word(each).equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be " + choice(words)));
  }

  private static <E extends Enum<E>> String choice(Class<E> words) {
    return Arrays.stream(words.getEnumConstants())
        .map(SettingValue::word)
        .collect(Collectors.joining(" or "));
  }
}
