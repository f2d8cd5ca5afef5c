package dev.outpour.log;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the log takes updates, as far as this process knows: by its own last commit if it owns
 * the log, else by whether the owner answers. It may be used from any thread.
 */
public final class LogHealth {

  private volatile @Nullable String trouble;

  /** Notes that something succeeded. */
  public void works() {
    if (trouble != null) {
      trouble = null;
    }
  }

  /**
   * Notes that updates are not taken until something succeeds.
   *
   * @param why a sentence for the operator, which strangers may see
   */
  public void fails(String why) {
    trouble = why;
  }

  /** Why updates are not taken; empty if they are. */
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }
}
