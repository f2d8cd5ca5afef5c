package dev.outpour.settings;

import dev.outpour.settings.SettingsState.Found;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads one section of a configuration. Each read is the only place that knows the default and the
 * range of its key.
 *
 * <p>A read always returns a valid value. If the configured value is invalid, the read records a
 * fault and returns the default, so that one run finds all faults.
 */
public final class Section {

  private final SettingsState state;
  private final String name;
  private final JsonObject values;
  private final boolean active;
  private final Set<String> read = new HashSet<>();

  /**
   * @param active whether this process uses the section. Otherwise its keys become known, and reads
   *     return defaults
   */
  Section(SettingsState state, String name, JsonObject values, boolean active) {
    this.state = state;
    this.name = name;
    this.values = values;
    this.active = active;
  }

  /** A whole number from {@code min} to {@code max}. */
  public int integer(String key, int defaultValue, int min, int max) {
    return value(
        key,
        defaultValue,
        SettingValue::decodeNumber,
        value -> SettingValue.integer(value, min, max));
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String key, boolean defaultValue) {
    return value(key, defaultValue, SettingValue::decodeFlag, SettingValue::flag);
  }

  /** A text that is not blank. */
  public String text(String key, String defaultValue) {
    return parsed(key, defaultValue, Function.identity());
  }

  /**
   * A text that {@code parse} accepts.
   *
   * @param parse throws {@link IllegalArgumentException} with a message that says what is required
   */
  public <T> T parsed(String key, String defaultValue, Function<String, T> parse) {
    return value(key, defaultValue, text -> text, value -> parse.apply(SettingValue.string(value)));
  }

  /** The path of a file. */
  public String file(String key, String defaultValue) {
    return parsed(key, defaultValue, SettingValue::checkPath);
  }

  /**
   * Checks that a text is a valid path.
   *
   * @throws IllegalArgumentException with a message that says what is required
   */
  public static void checkFile(String path) {
    SettingValue.checkPath(path);
  }

  /** A text that is never shown; empty if it is not set. */
  public String secret(String key) {
    return value(
        new SettingKey(path(key), "", true),
        key,
        "",
        text -> text,
        value -> SettingValue.optional(value, SettingValue::checkSecret));
  }

  /**
   * An optional text; empty if it is not set. A text that is set and empty is a fault: an undefined
   * variable may have made it empty, and the hub would be open where it was meant to be closed.
   *
   * @param rule throws {@link IllegalArgumentException} with a message that says what is required
   */
  public String optional(String key, Consumer<String> rule) {
    return value(
        new SettingKey(path(key), "", false),
        key,
        "",
        text -> text,
        value -> SettingValue.optional(value, rule));
  }

  /** Records a fault if a list is set and empty, as {@link #optional} does for a text. */
  public void checkGiven(String key) {
    Found found = find(new SettingKey(path(key), "", true), key, SettingValue::decodeAnyList);
    if (found != null && found.value() != null && SettingValue.isNothing(found.value())) {
      fault(key, SettingValue.EMPTY);
    }
  }

  /** One of the constants of an enum, in lower case. */
  public <E extends Enum<E>> E word(String key, E defaultValue) {
    Class<E> words = defaultValue.getDeclaringClass();
    return parsed(key, SettingValue.word(defaultValue), text -> SettingValue.constant(words, text));
  }

  /** Some constants of an enum, in the order of their declaration. */
  public <E extends Enum<E>> Set<E> words(String key, Class<E> words, Set<E> defaultValue) {
    return value(
        key,
        new JsonArray(defaultValue.stream().map(SettingValue::word).toList()),
        SettingValue::decodeList,
        value -> {
          EnumSet<E> chosen = EnumSet.noneOf(words);
          SettingValue.strings(value)
              .forEach(each -> chosen.add(SettingValue.constant(words, each)));
          return Collections.unmodifiableSet(chosen);
        });
  }

  /**
   * A list of texts.
   *
   * @param rule checks each text. It throws {@link IllegalArgumentException} with a message that
   *     says what is required
   */
  public List<String> texts(String key, List<String> defaultValue, Consumer<String> rule) {
    return value(
        key,
        new JsonArray(defaultValue),
        SettingValue::decodeList,
        value -> {
          List<String> texts = SettingValue.strings(value);
          texts.forEach(rule);
          return texts;
        });
  }

  /** A list of at least one text. A single text needs no list. */
  public List<String> oneOrMore(String key, String defaultValue, Consumer<String> rule) {
    return value(
        key,
        defaultValue,
        SettingValue::decodeList,
        value -> {
          List<String> texts = SettingValue.oneOrMore(value);
          texts.forEach(rule);
          return texts;
        });
  }

  /**
   * Any JSON value. Variables and properties have it as the text of JSON. It is never shown, since
   * it may contain a secret.
   *
   * @param read throws {@link IllegalArgumentException} with a message that says what is required
   */
  public <T> T json(String key, Object defaultValue, Function<Object, T> read) {
    SettingKey hidden = new SettingKey(path(key), defaultValue, true);
    return value(hidden, key, read.apply(defaultValue), SettingValue::decodeJson, read);
  }

  /** Records a fault that involves several keys. */
  public void fault(String key, String problem) {
    if (active) {
      state.fault(path(key) + ": " + problem);
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
    state.register(key);
    read.add(name);
    if (!active) {
      return byDefault;
    }
    // A key that is not set must not become one that is set and empty.
    if (!SettingValue.isNothing(key.defaultValue())) {
      state.setEffective(this.name, name, key.defaultValue());
    }
    Found found = find(key, name, decode);
    if (found == null) {
      return byDefault;
    }
    Object json = found.value();
    if (json == null) {
      state.fault(key.path() + ": must not be null; leave it out for the default");
      return byDefault;
    }
    try {
      T value = check.apply(json);
      state.setEffective(this.name, name, json);
      return value;
    } catch (IllegalArgumentException e) {
      String shown = key.secret() ? "" : ", but is " + Json.encode(json);
      String link = ServiceLinks.isAddress(json) ? ServiceLinks.ADVICE : "";
      state.fault(key.path() + ": " + e.getMessage() + shown + found.origin() + link);
      return byDefault;
    }
  }

  private @Nullable Found find(SettingKey key, String name, Function<String, Object> decode) {
    Found outside = state.find(key, decode);
    return outside == null && values.containsKey(name)
        ? new Found(values.getValue(name), "")
        : outside;
  }
}
