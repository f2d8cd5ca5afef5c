package dev.outpour.settings;

import io.vertx.core.json.JsonArray;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One key of the configuration, registered when it is read.
 *
 * @param path the section and the name, {@code history.keepUpdates}
 * @param defaultValue the value if the key is not set: a string, number, boolean or {@link
 *     JsonArray}
 * @param secret whether its value must never be shown
 */
public record SettingKey(String path, Object defaultValue, boolean secret) {
  private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

  /** {@code OUTPOUR_HISTORY_KEEP_UPDATES} */
  public String environmentVariable() {
    return "OUTPOUR_"
        + HUMP.matcher(path).replaceAll("_").replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** {@code outpour.history.keepUpdates} */
  public String property() {
    return "outpour." + path;
  }

  /** The last word of a name, such as seconds of {@code stallSeconds}; empty if it has one word. */
  public String unit() {
    List<String> words = HUMP.splitAsStream(path.substring(path.indexOf('.') + 1)).toList();
    return words.size() == 1 ? "" : words.get(words.size() - 1).toLowerCase(Locale.ROOT);
  }

  /** The default in readable form: lists with commas, {@code none} for nothing. */
  public String defaultText() {
    String text =
        defaultValue instanceof JsonArray list
            ? list.stream().map(String::valueOf).collect(Collectors.joining(", "))
            : String.valueOf(defaultValue);
    return text.isEmpty() ? "none" : text;
  }
}
