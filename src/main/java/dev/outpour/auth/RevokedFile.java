package dev.outpour.auth;

import dev.outpour.files.TextFile;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads what is revoked: an id of a token or the name of a key on each line. It blocks. */
final class RevokedFile {

  private RevokedFile() {}

  /**
   * @param file empty: nothing is revoked
   * @throws IllegalArgumentException with a message that names the file and says what is wrong
   */
  static Set<String> read(String file) {
    if (file.isEmpty()) {
      return Set.of();
    }
    return TextFile.read(file)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }
}
