package dev.outpour.history.sqlite.table;

import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/** Says that the log's file holds something that was never written there. */
public final class CorruptLogException extends SQLException {

  private static final long serialVersionUID = 1L;

  /** The primary result code, of which the others are kinds. */
  private static final int PRIMARY = 0xff;

  /** The page of no number: which one it is cannot be read either. */
  static final long ANY_PAGE = -1;

  private final long page;

  public CorruptLogException(String message) {
    super(message);
    this.page = ANY_PAGE;
  }

  /**
   * Says so of a page.
   *
   * @param page the number before its first update
   */
  public CorruptLogException(long page, SQLException cause) {
    super(cause.getMessage(), cause);
    this.page = page;
  }

  /** The number before the first update of the page that failed, or {@link #ANY_PAGE}. */
  public static long page(SQLException failure) {
    return failure instanceof CorruptLogException damaged ? damaged.page : ANY_PAGE;
  }

  /** Whether a failure says that the file is damaged; else it may pass, and nothing is lost. */
  public static boolean is(SQLException failure) {
    return failure instanceof CorruptLogException
        || (failure.getErrorCode() & PRIMARY) == SQLiteErrorCode.SQLITE_CORRUPT.code;
  }
}
