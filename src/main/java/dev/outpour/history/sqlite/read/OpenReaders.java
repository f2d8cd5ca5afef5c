package dev.outpour.history.sqlite.read;

import java.sql.SQLException;

/** The connections to a log's file that are open for reading. Methods block; thread-safe. */
public interface OpenReaders {

  /** How many connections read pages at the same time. */
  int PAGE_READERS = 2;

  /** Reads with one connection. */
  @FunctionalInterface
  interface Reading<T> {
    T with(SqliteReader reader) throws SQLException;
  }

  /** Reads with the next connection that is free, as {@link SqliteReaders#read} does. */
  <T> T read(Reading<T> reading) throws SQLException;

  /** Reads with a connection for searches, which may take longer without delaying pages. */
  <T> T search(Reading<T> reading) throws SQLException;
}
