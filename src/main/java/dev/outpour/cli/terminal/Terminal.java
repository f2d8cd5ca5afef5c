package dev.outpour.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a stream of this process goes to a terminal: Linux knows it, and Java does not. */
final class Terminal {

  private Terminal() {}

  static boolean isOutput() {
    return is(1);
  }

  static boolean isErrors() {
    return is(2);
  }

  private static boolean is(int descriptor) {
    try {
      String device = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }
}
