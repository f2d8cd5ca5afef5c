package dev.outpour.cli.terminal;

import java.io.PrintStream;

/**
 * Says how far a command is: one line that is written over on a terminal, else a line each time
 * that there is something new. Thread-safe.
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

  /** On standard error, or nowhere. */
  public static Progress of(boolean quiet) {
    return new Progress(System.err, quiet, Terminal.isErrors());
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

  /** Makes room for other words. */
  public synchronized void end() {
    if (lineIsOpen) {
      out.print(ERASE_LINE);
      out.flush();
      lineIsOpen = false;
    }
  }
}
