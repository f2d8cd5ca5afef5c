package dev.outpour.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads whole files of text, with faults that a person understands. It blocks. */
final class TextFile {

  private TextFile() {}

  /**
   * @throws IllegalArgumentException with a message that names the file and says what is wrong
   */
  static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(file + " is not there", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
