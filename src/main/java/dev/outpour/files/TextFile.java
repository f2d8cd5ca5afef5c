package dev.outpour.files;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads whole files of text, with faults that a person understands. It blocks. */
public final class TextFile {

  private TextFile() {}

  /**
   * Reads a file in UTF-8.
   *
   * @throws IllegalArgumentException with a message that names the file and says what is wrong
   */
  public static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(file + " is not there: check the path", e);
    } catch (AccessDeniedException e) {
      throw new IllegalArgumentException(file + " may not be read by the hub's user", e);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + " is not UTF-8", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
