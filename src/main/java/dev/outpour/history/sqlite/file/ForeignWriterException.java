package dev.outpour.history;

import java.sql.SQLException;

/** Another hub has opened the log's file, to write it, since this one has. */
final class ForeignWriterException extends SQLException {
  private static final long serialVersionUID = 1L;

  ForeignWriterException() {
    super("Another hub writes the log's file");
  }
}
