package dev.outpour.history.sqlite.table;

import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * Inserts the rows of updates and pages in batches, which is several times faster than one by one.
 * Methods block; for one thread at a time.
 */
public final class UpdateInserts {

  private final PreparedStatement insert;
  private final PreparedStatement insertFurther;
  private final PreparedStatement insertPage;
  private int updates;
  private int furtherTopics;
  private int pages;

  public UpdateInserts(Connection connection) throws SQLException {
    this.insert =
        connection.prepareStatement(
            "INSERT INTO updates ("
                + UpdateRow.COLUMNS
                + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    this.insertFurther = connection.prepareStatement("INSERT INTO further_topics VALUES (?, ?)");
    this.insertPage = connection.prepareStatement("INSERT INTO pages VALUES (?, ?)");
  }

  /** Adds an update to the batch. */
  public void add(Update update) throws SQLException {
    UpdateRow.write(update, insert);
    insert.addBatch();
    updates++;
    List<Topic> topics = update.topics();
    for (int i = 1; i < topics.size(); i++) {
      insertFurther.setString(1, topics.get(i).name());
      insertFurther.setLong(2, update.sequence());
      insertFurther.addBatch();
      furtherTopics++;
    }
  }

  /**
   * Adds the beginning of a page to the batch.
   *
   * @param first the sequence number of its first update
   * @param bytes how many bytes all updates before it have
   */
  public void addPage(long first, long bytes) throws SQLException {
    insertPage.setLong(1, first);
    insertPage.setLong(2, bytes);
    insertPage.addBatch();
    pages++;
  }

  /** Writes the batch. */
  public void execute() throws SQLException {
    if (updates > 0) {
      insert.executeLargeBatch();
    }
    if (furtherTopics > 0) {
      insertFurther.executeLargeBatch();
    }
    if (pages > 0) {
      insertPage.executeLargeBatch();
    }
    forget();
  }

  /** Drops a batch that was not written. */
  public void clear() throws SQLException {
    forget();
    insert.clearBatch();
    insertFurther.clearBatch();
    insertPage.clearBatch();
  }

  private void forget() {
    updates = 0;
    furtherTopics = 0;
    pages = 0;
  }
}
