package dev.outpour.docs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One command of a block: one line, or several that belong together.
 *
 * @param command the command as shown
 * @param kind when it counts as done
 */
record Step(String command, Kind kind) {

  /** What the test waits for. */
  enum Kind {
    /** The successful end. */
    ENDS("(?!)"),
    /** The start of a hub, which continues in the background. */
    HUB("Ready"),
    /** The first output; the command continues in the background. */
    GOES_ON("[^\n]"),
    /** The first sent lines; the command continues in the background. */
    TAKES_LINES("[1-9][\\d,]* lines sent");

    private final Pattern sign;

    Kind(String sign) {
      this.sign = Pattern.compile(sign);
    }

    boolean isSeenIn(String output) {
      return sign.matcher(output).find();
    }
  }

  private static final Pattern HUB =
      Pattern.compile(
          "^java (?:[^|;&#]* )?(?:\\S*/)?outpour\\.jar(?: -.*| dev\\..*)?(?:\\s+#.*)?$");
  private static final Pattern GOES_ON =
      Pattern.compile(
          "\\bcurl (?:.* )?-\\w*N\\b|\\blisten (?!.*--count)|\\bfollow\\b|\\bwhile true\\b");

  static Step of(String command) {
    return new Step(command, kind(command));
  }

  private static Kind kind(String command) {
    if (HUB.matcher(command).matches()) {
      return Kind.HUB;
    }
    if (command.startsWith("tail -f")) {
      return Kind.TAKES_LINES;
    }
    return GOES_ON.matcher(command).find() ? Kind.GOES_ON : Kind.ENDS;
  }

  /** The commands of a block of shell. */
  static List<Step> all(String block) throws IOException, InterruptedException {
    List<Step> steps = new ArrayList<>();
    StringBuilder begun = new StringBuilder();
    for (String line : block.lines().toList()) {
      begun.append(begun.isEmpty() ? "" : "\n").append(line);
      String command = begun.toString();
      if (isWhole(command)) {
        if (!command.isBlank() && !command.startsWith("#")) {
          steps.add(of(command));
        }
        begun.setLength(0);
      }
    }
    if (!begun.isEmpty()) {
      throw new AssertionError("This is no whole command:\n" + begun);
    }
    return steps;
  }

  /** Asks bash, which only warns of an unfinished here-document. */
  private static boolean isWhole(String command) throws IOException, InterruptedException {
    Process check =
        new ProcessBuilder("bash", "-n", "-c", command).redirectErrorStream(true).start();
    boolean silent = check.getInputStream().readAllBytes().length == 0;
    return check.waitFor() == 0 && silent && !command.endsWith("\\");
  }
}
