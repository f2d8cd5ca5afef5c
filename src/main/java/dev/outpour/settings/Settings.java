package dev.outpour.settings;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A configuration while it is being read: a file, over it the environment, over it system
 * properties.
 *
 * <p>Reading never throws. Faults are gathered, each with its key's path, until {@link #check} or
 * {@link #checkAll} throws them all at once. What has been read is remembered, which is how an
 * unknown key is told from a known one.
 *
 * <p>It doesn't know which sections and keys there are: the settings records do. For one thread.
 */
public final class Settings {
  private final JsonObject file;
  private final Map<String, String> environment;
  private final Map<String, String> properties;
  private final Map<String, Section> sections = new LinkedHashMap<>();
  private final Map<String, SettingKey> keys = new LinkedHashMap<>();
  private final JsonObject effective = new JsonObject();
  private final List<String> faults = new ArrayList<>();

  /**
   * Creates it.
   *
   * @param file sections by name
   * @param environment all variables; those that begin with {@code OUTPOUR_} count
   * @param properties all system properties; those that begin with {@code outpour.} count
   */
  public Settings(
      JsonObject file, Map<String, String> environment, Map<String, String> properties) {
    this.file = file;
    this.environment = environment;
    this.properties = properties;
  }

  /** The settings of a verticle deployed by any program: what it was given, and nothing else. */
  public static Settings of(JsonObject config) {
    return new Settings(config, Map.of(), Map.of());
  }

  /** Whether the file has the section; neither environment nor properties can bring one up. */
  public boolean has(String name) {
    return file.containsKey(name);
  }

  /**
   * A section that counts. Where the file has none, everything not set from outside has its
   * default.
   */
  public Section section(String name) {
    if (!(file.getValue(name, new JsonObject()) instanceof JsonObject values)) {
      fault(name + ": must be an object of keys and values");
      return open(name, new JsonObject(), true);
    }
    return open(name, values, true);
  }

  /**
   * A section that counts, whose other keys are read by somebody else: they are not looked at here.
   */
  public Section sharedSection(String name) {
    Section section = section(name);
    sections.remove(name);
    return section;
  }

  /**
   * A section that is not for this process: its keys become known, what they are set to is not
   * looked at.
   */
  public Section dormantSection(String name) {
    return open(name, new JsonObject(), false);
  }

  private Section open(String name, JsonObject values, boolean counts) {
    Section section = new Section(this, name, values, counts);
    sections.put(name, section);
    if (counts) {
      effective.put(name, new JsonObject());
    }
    return section;
  }

  /** Adds a fault that belongs to no single read. */
  public void fault(String fault) {
    faults.add(fault);
  }

  /**
   * Throws if anything was wrong in the sections read; sections not read belong to someone else.
   */
  public void check() {
    List<String> all = new ArrayList<>(faults);
    for (Section section : sections.values()) {
      for (String key : section.unread()) {
        all.add(unknown(section.path(key), "key", keys.keySet()));
      }
    }
    throwIfAny(all);
  }

  /**
   * Like {@link #check}, for a reader of the whole: a section or property nobody read is a fault
   * too.
   */
  public void checkAll() {
    for (String name : file.fieldNames()) {
      if (!sections.containsKey(name)) {
        fault(unknown(name, "section", sections.keySet()));
      }
    }
    Set<String> known =
        keys.values().stream()
            .map(SettingKey::property)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    properties.keySet().stream()
        .filter(name -> name.startsWith("outpour.") && !known.contains(name))
        .sorted()
        .forEach(name -> fault(unknown("-D" + name, "property", prefixed("-D", known))));
    check();
  }

  private static void throwIfAny(List<String> faults) {
    if (!faults.isEmpty()) {
      throw new SettingsException(faults);
    }
  }

  private static Set<String> prefixed(String prefix, Set<String> names) {
    return names.stream().map(prefix::concat).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static String unknown(String name, String kind, Collection<String> known) {
    return name
        + ": unknown "
        + kind
        + Nearest.to(name, known).map(nearest -> "; did you mean " + nearest + "?").orElse("");
  }

  /**
   * Variables that look like ours and are not, but for those that Kubernetes makes by itself. No
   * fault: they may be meant for another version.
   */
  public List<String> unknownVariables() {
    Set<String> known =
        keys.values().stream().map(SettingKey::environmentVariable).collect(Collectors.toSet());
    return environment.entrySet().stream()
        .filter(each -> !ServiceLinks.include(each.getKey(), each.getValue()))
        .map(Map.Entry::getKey)
        .filter(name -> name.startsWith("OUTPOUR_") && !known.contains(name))
        .sorted()
        .toList();
  }

  /** Sections the file has for others. */
  public List<String> ignoredSections() {
    return file.fieldNames().stream()
        .filter(name -> sections.containsKey(name) && !effective.containsKey(name))
        .toList();
  }

  /** Every key read so far. */
  public List<SettingKey> keys() {
    return List.copyOf(keys.values());
  }

  /**
   * Every value that holds, defaults among them: what a verticle is handed. Secrets are in clear.
   */
  public JsonObject effective() {
    return effective.copy();
  }

  /** The effective values as they may be shown. */
  @Override
  public String toString() {
    JsonObject shown = effective.copy();
    for (SettingKey key : keys.values()) {
      String[] path = key.path().split("\\.", 2);
      JsonObject section = shown.getJsonObject(path[0]);
      if (key.secret() && section != null) {
        section.put(path[1], "***");
      }
    }
    return shown.encode();
  }

  void register(SettingKey key) {
    keys.put(key.path(), key);
  }

  void hold(String section, String name, Object value) {
    effective.getJsonObject(section).put(name, value);
  }

  @Nullable String property(SettingKey key) {
    return properties.get(key.property());
  }

  @Nullable String variable(SettingKey key) {
    return environment.get(key.environmentVariable());
  }
}
