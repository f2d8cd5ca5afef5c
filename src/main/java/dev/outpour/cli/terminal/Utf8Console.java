package dev.outpour.cli.terminal;

import dev.outpour.settings.CannotStartException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the hub and its commands handle UTF-8 even in an ASCII locale, which applies where none is
 * set. Java would read each byte of other letters as {@code U+FFFD}, and print question marks.
 */
public final class Utf8Console {
  private static final char REPLACEMENT = '\ufffd';

  /** The C library's name for ASCII. */
  private static final String ASCII = "ANSI_X3.4-1968";

  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private Utf8Console() {}

  /** Sets standard output and error to UTF-8. */
  public static void speakUtf8() {
    if (ASCII.equals(System.getProperty("native.encoding"))) {
      System.setOut(stream(FileDescriptor.out));
      System.setErr(stream(FileDescriptor.err));
    }
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /**
   * Decodes the command line as UTF-8.
   *
   * @param read the arguments as Java decoded them
   * @throws CannotStartException if the system does not show the original bytes, or they are not
   *     UTF-8
   */
  public static String[] arguments(String... read) {
    if (String.join("", read).indexOf(REPLACEMENT) < 0) {
      return read;
    }
    try {
      List<String> given = split(Files.readAllBytes(COMMAND_LINE));
      if (given.size() > read.length) {
        return given.subList(given.size() - read.length, given.size()).toArray(new String[0]);
      }
    } catch (IOException e) {
      // Reported below.
    }
    throw new CannotStartException(
        "The arguments contain characters that this locale cannot decode: set LC_ALL=C.UTF-8");
  }

  /** A zero byte ends each argument. */
  private static List<String> split(byte[] line) throws CharacterCodingException {
    List<String> arguments = new ArrayList<>();
    int from = 0;
    for (int to = 0; to < line.length; to++) {
      if (line[to] == 0) {
        ByteBuffer bytes = ByteBuffer.wrap(line, from, to - from);
        arguments.add(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        from = to + 1;
      }
    }
    return arguments;
  }
}
