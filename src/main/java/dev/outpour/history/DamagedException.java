package dev.outpour.history;

import java.sql.SQLException;

/** Says that the log's file holds something that was never written there. */
final class DamagedException extends SQLException {

  private static final long serialVersionUID = 1L;

  DamagedException(String message) {
    super(message);
  }
}
