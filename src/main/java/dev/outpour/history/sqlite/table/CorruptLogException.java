package dev.outpour.history.sqlite.table;

import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/** The log's file contains something that the hub never wrote. */
public final class CorruptLogException extends SQLException {

  private static final long serialVersionUID = 1L;

  /** The bits of SQLite's primary result code, without those of the extended code. */
  private static final int PRIMARY = 0xff;

  /** The number if it is unknown which page is damaged. */
  static final long ANY_PAGE = -1;

  private final long page;

  public CorruptLogException(String message) {
    super(message);
    this.page = ANY_PAGE;
  }

  /**
   * Reports a damaged page.
   *
   * @param page the sequence number before its first update
   */
  public CorruptLogException(long page, SQLException cause) {
    super(cause.getMessage(), cause);
    this.page = page;
  }

  /** The sequence number before the first update of the damaged page, or {@link #ANY_PAGE}. */
  public static long page(SQLException failure) {
    return failure instanceof CorruptLogException damaged ? damaged.page : ANY_PAGE;
  }

  /** Whether a failure means that the file is damaged; other failures may pass. */
  public static boolean is(SQLException failure) {
    return failure instanceof CorruptLogException
        || primaryCode(failure) == SQLiteErrorCode.SQLITE_CORRUPT;
  }

  /** SQLite's primary result code. */
  public static SQLiteErrorCode primaryCode(SQLException failure) {
    return SQLiteErrorCode.getErrorCode(failure.getErrorCode() & PRIMARY);
  }
}
