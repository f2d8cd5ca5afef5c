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

/**
 * A configuration that is being read: a file, overridden by environment variables, overridden by
 * system properties.
 *
 * <p>Reading never throws. Faults are collected, each with the path of its key, until {@link
 * #check} or {@link #checkAll} throws all of them. Keys that were read are remembered, so that
 * unknown keys are found.
 *
 * <p>It does not know the sections and keys: the settings records do. Not thread-safe.
 */
public final class Settings {

  private final JsonObject file;
  private final SettingsState state;
  private final Map<String, Section> sections = new LinkedHashMap<>();

  /**
   * Creates it.
   *
   * @param file sections by name
   * @param environment all variables, of which those with the prefix {@code OUTPOUR_} are used
   * @param properties all system properties, of which those with the prefix {@code outpour.} are
   *     used
   */
  public Settings(
      JsonObject file, Map<String, String> environment, Map<String, String> properties) {
    this.file = file;
    this.state = new SettingsState(environment, properties);
  }

  /** Settings from a file only, as a verticle in an application has them. */
  public static Settings of(JsonObject config) {
    return new Settings(config, Map.of(), Map.of());
  }

  /** Whether the file has the section. Variables and properties cannot add a section. */
  public boolean has(String name) {
    return file.containsKey(name);
  }

  /**
   * A section that this process uses. If the file lacks it, the values from outside still apply.
   */
  public Section section(String name) {
    if (!(file.getValue(name, new JsonObject()) instanceof JsonObject values)) {
      fault(name + ": must be an object of keys and values");
      return open(name, new JsonObject(), true);
    }
    return open(name, values, true);
  }

  /** A section that another reader uses, too: its unknown keys are not a fault here. */
  public Section sharedSection(String name) {
    Section section = section(name);
    sections.remove(name);
    return section;
  }

  /**
   * A section that this process does not use: its keys become known, and its values are ignored.
   */
  public Section dormantSection(String name) {
    return open(name, new JsonObject(), false);
  }

  private Section open(String name, JsonObject values, boolean active) {
    Section section = new Section(state, name, values, active);
    sections.put(name, section);
    if (active) {
      state.effective().put(name, new JsonObject());
    }
    return section;
  }

  /** Records a fault that belongs to no single read. */
  public void fault(String fault) {
    state.fault(fault);
  }

  /**
   * Throws if a section that was read has a fault. Other sections are ignored.
   *
   * @throws SettingsException with all faults
   */
  public void check() {
    List<String> all = new ArrayList<>(state.faults());
    for (Section section : sections.values()) {
      for (String key : section.unread()) {
        all.add(unknown(section.path(key), "key", state.keys().keySet()));
      }
    }
    if (!all.isEmpty()) {
      throw new SettingsException(all);
    }
  }

  /**
   * Like {@link #check}, for a reader of all sections: an unknown section or property is a fault,
   * too.
   *
   * @throws SettingsException with all faults
   */
  public void checkAll() {
    for (String name : file.fieldNames()) {
      if (!sections.containsKey(name)) {
        fault(unknown(name, "section", sections.keySet()));
      }
    }
    Set<String> known =
        state.keys().values().stream()
            .map(SettingKey::property)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    state.properties().keySet().stream()
        .filter(name -> name.startsWith("outpour.") && !known.contains(name))
        .sorted()
        .forEach(name -> fault(unknown("-D" + name, "property", prefixed("-D", known))));
    check();
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
   * Variables with the prefix {@code OUTPOUR_} that are not settings, except those of Kubernetes.
   * They are not a fault, since another version may know them.
   */
  public List<String> unknownVariables() {
    Set<String> known =
        state.keys().values().stream()
            .map(SettingKey::environmentVariable)
            .collect(Collectors.toSet());
    return state.environment().entrySet().stream()
        .filter(each -> !ServiceLinks.include(each.getKey(), each.getValue()))
        .map(Map.Entry::getKey)
        .filter(name -> name.startsWith("OUTPOUR_") && !known.contains(name))
        .sorted()
        .toList();
  }

  /** Sections of the file that this process does not use. */
  public List<String> ignoredSections() {
    return file.fieldNames().stream()
        .filter(name -> sections.containsKey(name) && !state.effective().containsKey(name))
        .toList();
  }

  /** Every key that was read so far. */
  public List<SettingKey> keys() {
    return List.copyOf(state.keys().values());
  }

  /**
   * The values in force, including defaults, as a verticle gets them. Secrets are in clear text.
   */
  public JsonObject effective() {
    return state.effective().copy();
  }

  /** The values in force, without secrets. */
  @Override
  public String toString() {
    JsonObject shown = state.effective().copy();
    for (SettingKey key : state.keys().values()) {
      String[] path = key.path().split("\\.", 2);
      JsonObject section = shown.getJsonObject(path[0]);
      if (key.secret() && section != null) {
        section.put(path[1], "***");
      }
    }
    return shown.encode();
  }
}
