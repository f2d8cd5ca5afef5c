package dev.outpour.settings;

import java.util.List;

/** Everything that is wrong with a configuration, each fault with the path of its key. */
public final class SettingsException extends CannotStartException {
  private static final long serialVersionUID = 1L;

  // Not a record of its own: an exception's fields have to be serializable.
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
