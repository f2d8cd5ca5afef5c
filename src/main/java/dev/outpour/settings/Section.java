package dev.outpour.settings;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One section of a configuration: typed reads, each the one place that knows its key's default and
 * range.
 *
 * <p>A read always returns something valid. Where what is set is not, the fault is noted in {@link
 * Settings} and the default returned, so that one run finds all faults.
 */
public final class Section {
  private static final String EMPTY = "is set and empty: give it a value, or leave it out";

  private static final int FIRST_BEYOND_ASCII = 0x80;

  private final Settings settings;
  private final String name;
  private final JsonObject values;
  private final boolean counts;
  private final Set<String> read = new HashSet<>();

  Section(Settings settings, String name, JsonObject values, boolean counts) {
    this.settings = settings;
    this.name = name;
    this.values = values;
    this.counts = counts;
  }

  /** A whole number from {@code min} to {@code max}. */
  public int integer(String key, int defaultValue, int min, int max) {
    String problem = "must be a whole number from " + min + " to " + max;
    return value(
        key,
        defaultValue,
        Section::number,
        value -> {
          if (value instanceof Number number
              && number.doubleValue() == number.intValue()
              && number.intValue() >= min
              && number.intValue() <= max) {
            return number.intValue();
          }
          throw new IllegalArgumentException(problem);
        });
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String key, boolean defaultValue) {
    return value(
        key,
        defaultValue,
        text -> text.equals("true") ? true : text.equals("false") ? (Object) false : text,
        value -> {
          if (value instanceof Boolean flag) {
            return flag;
          }
          throw new IllegalArgumentException("must be true or false");
        });
  }

  /** A text that is not blank. */
  public String text(String key, String defaultValue) {
    return parsed(key, defaultValue, Function.identity());
  }

  /**
   * A text that {@code parse} understands.
   *
   * @param parse throws {@link IllegalArgumentException} with a message that says how it must be
   */
  public <T> T parsed(String key, String defaultValue, Function<String, T> parse) {
    return value(key, defaultValue, text -> text, value -> parse.apply(string(value)));
  }

  /** The path of a file. */
  public String file(String key, String defaultValue) {
    return parsed(
        key,
        defaultValue,
        text -> {
          checkFile(text);
          return text;
        });
  }

  /**
   * Sees that a text can be the path of a file. Java knows the letters of the locale alone in names
   * of files, and other libraries may take another locale for what is no UTF-8.
   *
   * @throws IllegalArgumentException with a message that says how it must be
   */
  public static void checkFile(String path) {
    String encoding = System.getProperty("sun.jnu.encoding", "");
    if (!encoding.equalsIgnoreCase("UTF-8")
        && !path.chars().allMatch(c -> c < FIRST_BEYOND_ASCII)) {
      throw new IllegalArgumentException(
          "must be in ASCII where the locale is not one of UTF-8: start the hub with"
              + " LC_ALL=C.UTF-8, or take other letters");
    }
    try {
      var unused = Path.of(path);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("must be a path, but has: " + e.getReason(), e);
    }
  }

  /** A text that is never shown; empty where there is none. */
  public String secret(String key) {
    return value(
        new SettingKey(path(key), "", true),
        key,
        "",
        text -> text,
        value -> given(value, Section::checkEnds));
  }

  /** Nobody means a blank or a line end there, which files and variables bring with them. */
  private static void checkEnds(String secret) {
    if (!secret.equals(secret.strip())) {
      throw new IllegalArgumentException(
          "begins or ends with a blank or a line end: take that away");
    }
  }

  /**
   * A text that there may be; empty where there is none. One that is set and empty is a fault: it
   * may come of a variable that is not there, and stand where something was to be closed.
   *
   * @param rule throws {@link IllegalArgumentException} with a message that says how it must be
   */
  public String optional(String key, Consumer<String> rule) {
    return value(
        new SettingKey(path(key), "", false), key, "", text -> text, value -> given(value, rule));
  }

  private static String given(Object value, Consumer<String> rule) {
    if (!(value instanceof String text)) {
      throw new IllegalArgumentException("must be a text in quotes");
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException(EMPTY);
    }
    rule.accept(text);
    return text;
  }

  /** Notes a fault if a list is set and empty, as {@link #optional} does of a text. */
  public void checkGiven(String key) {
    Found found = find(new SettingKey(path(key), "", true), key, Section::listed);
    if (found != null && found.value() != null && isNothing(found.value())) {
      fault(key, EMPTY);
    }
  }

  private static Object listed(String text) {
    return decoded(text) instanceof JsonArray json ? json : list(text);
  }

  /** One of the constants of an enum, written in small letters. */
  public <E extends Enum<E>> E word(String key, E defaultValue) {
    Class<E> words = defaultValue.getDeclaringClass();
    return parsed(key, written(defaultValue), text -> constant(words, text));
  }

  /** Some constants of an enum, in the order of their declaration. */
  public <E extends Enum<E>> Set<E> words(String key, Class<E> words, Set<E> defaultValue) {
    JsonArray defaults = new JsonArray(defaultValue.stream().map(Section::written).toList());
    return value(
        key,
        defaults,
        Section::list,
        value -> {
          EnumSet<E> chosen = EnumSet.noneOf(words);
          strings(value).forEach(text -> chosen.add(constant(words, text)));
          return Collections.unmodifiableSet(chosen);
        });
  }

  /**
   * A list of texts, each of which {@code rule} lets pass.
   *
   * @param rule throws {@link IllegalArgumentException} with a message that says how they must be
   */
  public List<String> texts(String key, List<String> defaultValue, Consumer<String> rule) {
    return value(
        key,
        new JsonArray(defaultValue),
        Section::list,
        value -> {
          List<String> texts = strings(value);
          texts.forEach(rule);
          return texts;
        });
  }

  /** Likewise, of one text at least, which may stand there without being a list. */
  public List<String> oneOrMore(String key, String defaultValue, Consumer<String> rule) {
    return value(
        key,
        defaultValue,
        Section::list,
        value -> {
          List<String> texts = value instanceof JsonArray ? strings(value) : List.of(string(value));
          if (texts.isEmpty()) {
            throw new IllegalArgumentException("must name one at least");
          }
          texts.forEach(rule);
          return texts;
        });
  }

  /**
   * A value of any form that JSON has; set from outside it is a text of JSON. It is not shown: it
   * may have a secret where none belongs.
   *
   * @param read throws {@link IllegalArgumentException} with a message that says how it must be
   */
  public <T> T json(String key, Object defaultValue, Function<Object, T> read) {
    SettingKey hidden = new SettingKey(path(key), defaultValue, true);
    return value(hidden, key, read.apply(defaultValue), Section::decoded, read);
  }

  /** Notes a fault that only shows when keys are seen together. */
  public void fault(String key, String problem) {
    if (counts) {
      settings.fault(path(key) + ": " + problem);
    }
  }

  String path(String key) {
    return name + "." + key;
  }

  Collection<String> unread() {
    return values.fieldNames().stream().filter(key -> !read.contains(key)).toList();
  }

  private <T> T value(
      String key, Object defaultValue, Function<String, Object> decode, Function<Object, T> check) {
    SettingKey shown = new SettingKey(path(key), defaultValue, false);
    return value(shown, key, check.apply(defaultValue), decode, check);
  }

  private <T> T value(
      SettingKey key,
      String name,
      T byDefault,
      Function<String, Object> decode,
      Function<Object, T> check) {
    settings.register(key);
    read.add(name);
    if (!counts) {
      return byDefault;
    }
    if (!isNothing(key.defaultValue())) {
      settings.hold(this.name, name, key.defaultValue());
    }
    Found found = find(key, name, decode);
    if (found == null) {
      return byDefault;
    }
    Object json = found.value();
    if (json == null) {
      settings.fault(key.path() + ": must not be null; leave it out for the default");
      return byDefault;
    }
    try {
      T value = check.apply(json);
      settings.hold(this.name, name, json);
      return value;
    } catch (IllegalArgumentException e) {
      String shown = key.secret() ? "" : ", but is " + JsonArray.of(json).encode();
      String link = ServiceLinks.isAddress(json) ? ServiceLinks.ADVICE : "";
      settings.fault(key.path() + ": " + e.getMessage() + strip(shown) + found.origin() + link);
      return byDefault;
    }
  }

  /** What is left out is not handed on as set and empty. */
  private static boolean isNothing(Object value) {
    return value.equals("") || (value instanceof JsonArray list && list.isEmpty());
  }

  /** A value as JSON has it, and where it came from if not from the file. */
  private record Found(@Nullable Object value, String origin) {}

  private @Nullable Found find(SettingKey key, String name, Function<String, Object> decode) {
    String property = settings.property(key);
    if (property != null) {
      return new Found(decode.apply(property), " (-D" + key.property() + ")");
    }
    String variable = settings.variable(key);
    if (variable != null) {
      return new Found(decode.apply(variable), " (" + key.environmentVariable() + ")");
    }
    return values.containsKey(name) ? new Found(values.getValue(name), "") : null;
  }

  /** Takes off the brackets of the array that only served to write one value as JSON. */
  private static String strip(String shown) {
    return shown.replaceFirst("\\[", "").replaceFirst("]$", "");
  }

  private static Object number(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      return text;
    }
  }

  private static Object decoded(String text) {
    try {
      return Objects.requireNonNullElse(Json.decodeValue(text), text);
    } catch (DecodeException e) {
      return text;
    }
  }

  private static Object list(String text) {
    return new JsonArray(
        Arrays.stream(text.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList());
  }

  private static String string(@Nullable Object value) {
    if (value instanceof String text && !text.isBlank()) {
      return text;
    }
    throw new IllegalArgumentException("must be a text in quotes that is not blank");
  }

  private static List<String> strings(@Nullable Object value) {
    if (value instanceof JsonArray list) {
      return list.stream().map(Section::string).toList();
    }
    throw new IllegalArgumentException("must be a list of texts");
  }

  private static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static <E extends Enum<E>> E constant(Class<E> words, String text) {
    return Arrays.stream(words.getEnumConstants())
        .filter(word -> written(word).equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be " + choice(words)));
  }

  private static <E extends Enum<E>> String choice(Class<E> words) {
    return Arrays.stream(words.getEnumConstants())
        .map(Section::written)
        .collect(Collectors.joining(" or "));
  }
}
