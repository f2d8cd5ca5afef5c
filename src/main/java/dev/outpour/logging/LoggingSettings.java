package dev.outpour.logging;

import dev.outpour.settings.Section;

/**
 * The section {@code log}: what is logged, and in which format.
 *
 * @param level the minimum log level; default info
 * @param format {@code text}, or {@code json} with an object on each line; default text
 */
public record LoggingSettings(Level level, Format format) {

  enum Level {
    DEBUG,
    INFO,
    WARN,
    ERROR
  }

  enum Format {
    TEXT,
    JSON
  }

  public static LoggingSettings from(Section section) {
    return new LoggingSettings(
        section.word("level", Level.INFO), section.word("format", Format.TEXT));
  }
}
