package dev.outpour.docs;

import examples.Block;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A block that is a whole program: its first line names its file. */
final class Program {
  private static final Pattern NAME =
      Pattern.compile("\\A(?:<\\?php )?(?://|#|<!--) (\\w[\\w/.-]*\\.\\w+)");

  private Program() {}

  /** The name of the file; empty if the block is not a program. */
  static Optional<String> name(Block block) {
    Matcher name = NAME.matcher(block.code());
    return name.find() ? Optional.of(name.group(1)) : Optional.empty();
  }
}
