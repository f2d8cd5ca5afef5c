package dev.outpour.files;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads whole text files, and explains failures to operators. It blocks. */
public final class TextFile {

  private TextFile() {}

  /**
   * Reads a file in UTF-8.
   *
   * @throws IllegalArgumentException with a message that names the file and the fault
   */
  public static String read(String file) {
    return read(file, StandardCharsets.UTF_8);
  }

  static String read(String file, Charset charset) {
    try {
      return Files.readString(Path.of(file), charset);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(file + " does not exist: check the path", e);
    } catch (AccessDeniedException e) {
      throw new IllegalArgumentException(
          file + " cannot be read by the hub's user: change its permissions", e);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + " is not UTF-8", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
