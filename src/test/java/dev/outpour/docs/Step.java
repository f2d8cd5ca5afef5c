package dev.outpour.docs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One command of a block: a line, or as many as make one whole.
 *
 * @param command as it stands there
 * @param kind when it is done
 */
record Step(String command, Kind kind) {

  /** What is waited for. */
  enum Kind {
    /** Its end, and success. */
    ENDS("(?!)"),
    /** A hub that has started, and goes on in a terminal of its own. */
    HUB("Ready"),
    /** The first that it prints; it goes on, too. */
    GOES_ON("[^\n]"),
    /** That lines have been taken; it goes on, too. */
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

  /** The commands of a block in the shell's language. */
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

  /** Bash says so itself; of a text that has not ended it warns only. */
  private static boolean isWhole(String command) throws IOException, InterruptedException {
    Process check =
        new ProcessBuilder("bash", "-n", "-c", command).redirectErrorStream(true).start();
    boolean silent = check.getInputStream().readAllBytes().length == 0;
    return check.waitFor() == 0 && silent && !command.endsWith("\\");
  }
}
