package dev.outpour.settings;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the sections of one configuration share: the values from outside the file, and what reading
 * found so far. Not thread-safe.
 */
final class SettingsState {

  private final Map<String, String> environment;
  private final Map<String, String> properties;
  private final Map<String, SettingKey> keys = new LinkedHashMap<>();
  private final JsonObject effective = new JsonObject();
  private final List<String> faults = new ArrayList<>();

  SettingsState(Map<String, String> environment, Map<String, String> properties) {
    this.environment = environment;
    this.properties = properties;
  }

  Map<String, String> environment() {
    return environment;
  }

  Map<String, String> properties() {
    return properties;
  }

  /** All keys that were read, by their paths. */
  Map<String, SettingKey> keys() {
    return keys;
  }

  /** The values in force, by section and key. */
  JsonObject effective() {
    return effective;
  }

  List<String> faults() {
    return faults;
  }

  void register(SettingKey key) {
    keys.put(key.path(), key);
  }

  void setEffective(String section, String name, Object value) {
    effective.getJsonObject(section).put(name, value);
  }

  void fault(String fault) {
    faults.add(fault);
  }

  /** A value as JSON, and its origin if that is not the file. */
  record Found(@Nullable Object value, String origin) {}

  /** The value from outside the file, if there is one; otherwise null. */
  @Nullable Found find(SettingKey key, Function<String, Object> decode) {
    String property = properties.get(key.property());
    if (property != null) {
      return new Found(decode.apply(property), " (-D" + key.property() + ")");
    }
    String variable = environment.get(key.environmentVariable());
    return variable == null
        ? null
        : new Found(decode.apply(variable), " (" + key.environmentVariable() + ")");
  }
}
