package dev.outpour.history.sqlite.table;

import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The ended topics in the log's file. They are written in the transaction of the update that ended
 * them, and removed together with that update. Methods block; for one thread at a time.
 */
public final class SqliteEndedTopics {

  private final PreparedStatement find;
  private final PreparedStatement insert;
  private final PreparedStatement delete;
  private final PreparedStatement deleteBefore;

  public SqliteEndedTopics(Connection connection) throws SQLException {
    this.find = connection.prepareStatement("SELECT sequence FROM ended WHERE topic = ?");
    this.insert = connection.prepareStatement("INSERT INTO ended VALUES (?, ?)");
    this.delete = connection.prepareStatement("DELETE FROM ended WHERE topic = ?");
    this.deleteBefore = connection.prepareStatement("DELETE FROM ended WHERE sequence < ?");
  }

  /** The sequence number of the update that ended a topic, if it has ended. */
  public Optional<Long> find(Topic topic) throws SQLException {
    find.setString(1, topic.name());
    try (ResultSet row = find.executeQuery()) {
      return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
    }
  }

  /** The first of these topics that has ended. */
  public Optional<Topic> firstOf(List<Topic> topics) throws SQLException {
    for (Topic topic : topics) {
      if (find(topic).isPresent()) {
        return Optional.of(topic);
      }
    }
    return Optional.empty();
  }

  /** Adds the topics of an update that is their last. */
  public void add(Update last) throws SQLException {
    for (Topic topic : last.topics()) {
      insert.setString(1, topic.name());
      insert.setLong(2, last.sequence());
      insert.executeUpdate();
    }
  }

  /**
   * Removes the topics that were ended by updates before a sequence number.
   *
   * @return how many topics
   */
  public int removeBefore(long number) throws SQLException {
    deleteBefore.setLong(1, number);
    return deleteBefore.executeUpdate();
  }

  /** Removes topics, which may then be used again. */
  public void remove(List<Topic> topics) throws SQLException {
    for (Topic topic : topics) {
      delete.setString(1, topic.name());
      delete.executeUpdate();
    }
  }
}
