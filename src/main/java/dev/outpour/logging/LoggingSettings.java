package dev.outpour.logging;

import dev.outpour.settings.Section;

/**
 * What is logged, and how it looks.
 *
 * @param level the least that is logged; default info
 * @param format {@code text}, a line for people, or {@code json}, an object per line; default text
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
