package dev.outpour.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** The place where a connection breaks, in or after the block of an update. */
enum Cut {
  BETWEEN_EVENTS,
  WITHIN_DATA,
  WITHIN_ID,
  BEFORE_THE_BLANK_LINE,
  /** Within the data, by a reset. */
  RESET;

  /** How many bytes of a block are still passed on. */
  int length(byte[] block) {
    String text = new String(block, ISO_8859_1);
    return switch (this) {
      case BETWEEN_EVENTS -> block.length;
      case WITHIN_DATA, RESET -> text.indexOf("data: ") + 8;
      case WITHIN_ID -> text.indexOf('\n') - 1;
      case BEFORE_THE_BLANK_LINE -> block.length - 1;
    };
  }
}
