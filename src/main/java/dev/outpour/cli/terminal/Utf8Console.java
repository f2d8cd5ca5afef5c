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
 * Has the hub and its commands know all letters in a locale that knows ASCII alone, as where none
 * is set: Java then reads every byte of another letter as a {@code U+FFFD}, and prints a question
 * mark for it.
 */
public final class Utf8Console {
  private static final char LOST = '\ufffd';

  /** What the C library calls it. */
  private static final String ASCII = "ANSI_X3.4-1968";

  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private Utf8Console() {}

  /** Prints UTF-8 from now on. */
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
   * Arguments as they were given, in UTF-8.
   *
   * @param read as Java has read them
   * @throws CannotStartException if they cannot be had
   */
  public static String[] arguments(String... read) {
    if (String.join("", read).indexOf(LOST) < 0) {
      return read;
    }
    try {
      List<String> given = split(Files.readAllBytes(COMMAND_LINE));
      if (given.size() > read.length) {
        return given.subList(given.size() - read.length, given.size()).toArray(new String[0]);
      }
    } catch (IOException e) {
      // Told below: there is no such file elsewhere, or it is not in UTF-8.
    }
    throw new CannotStartException(
        "The arguments have letters that this locale does not know: set LC_ALL=C.UTF-8");
  }

  /** Each ends with a zero. */
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
