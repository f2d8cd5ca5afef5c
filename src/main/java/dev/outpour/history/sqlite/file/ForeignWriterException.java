package dev.outpour.history.sqlite.file;

import java.sql.SQLException;

/** Another hub has opened the log's file for writing after this one. */
public final class ForeignWriterException extends SQLException {
  private static final long serialVersionUID = 1L;

  public ForeignWriterException() {
    super("Another hub writes the log's file");
  }
}
