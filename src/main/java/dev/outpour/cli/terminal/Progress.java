package dev.outpour.cli.terminal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Shows the progress of a command on standard error: on a terminal one line that is overwritten,
 * elsewhere a line per change. Thread-safe.
 */
public final class Progress {
  private static final String ERASE_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean quiet;
  private final boolean terminal;
  private boolean lineIsOpen;
  private String last = "";

  private Progress(PrintStream out, boolean quiet, boolean terminal) {
    this.out = out;
    this.quiet = quiet;
    this.terminal = terminal;
  }

  /** Writes to standard error, unless it is to be quiet. */
  public static Progress of(boolean quiet) {
    return new Progress(System.err, quiet, isTerminal());
  }

  /** Linux shows where a descriptor leads; Java does not. */
  private static boolean isTerminal() {
    try {
      String device = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  public synchronized void say(String line) {
    if (quiet) {
      return;
    }
    if (terminal) {
      out.print(ERASE_LINE + line);
      out.flush();
      lineIsOpen = true;
    } else if (!line.equals(last)) {
      out.println(line);
    }
    last = line;
  }

  /** Erases the line, so that other output can follow. */
  public synchronized void end() {
    if (lineIsOpen) {
      out.print(ERASE_LINE);
      out.flush();
      lineIsOpen = false;
    }
  }
}
