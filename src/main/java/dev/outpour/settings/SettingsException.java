package dev.outpour.settings;

import java.util.List;

/** All faults of a configuration, each with the path of its key. */
public final class SettingsException extends CannotStartException {
  private static final long serialVersionUID = 1L;

  // An array, since the fields of an exception must be serializable.
  private final String[] faults;

  public SettingsException(List<String> faults) {
    super(String.join("; ", faults));
    this.faults = faults.toArray(String[]::new);
  }

  /** One line each, in the order in which they were found. */
  public List<String> faults() {
    return List.of(faults);
  }
}
