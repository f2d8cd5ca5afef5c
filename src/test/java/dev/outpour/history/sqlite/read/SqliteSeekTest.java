package dev.outpour.history.sqlite.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.history.sqlite.file.SqliteFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQLite answers by an index the questions whose cost must not grow with the log. */
class SqliteSeekTest {

  @TempDir private Path directory;

  private List<String> plan(String sql) throws Exception {
    try (SqliteFile file = SqliteFile.lock(directory.resolve("log.db"));
        Connection connection = file.openToWrite();
        Statement statement = connection.createStatement()) {
      return plan(statement, sql);
    }
  }

  private static List<String> plan(Statement statement, String sql) throws SQLException {
    List<String> steps = new ArrayList<>();
    try (ResultSet row = statement.executeQuery("EXPLAIN QUERY PLAN " + sql)) {
      while (row.next()) {
        steps.add(row.getString("detail"));
      }
    }
    return steps;
  }

  @Test
  void nextOfATopicIsFoundByTheIndexesAlone() throws Exception {
    assertThat(plan(SqliteSeek.NEXT))
        .filteredOn(step -> step.startsWith("SEARCH") || step.startsWith("SCAN"))
        .containsExactlyInAnyOrder(
            "SCAN CONSTANT ROW",
            "SEARCH updates USING COVERING INDEX updates_by_topic (topic=? AND rowid>?)",
            "SEARCH further_topics USING PRIMARY KEY (topic=? AND sequence>?)");
  }

  @Test
  void topicsAndPagesAreFoundWithoutGoingThroughTheUpdates() throws Exception {
    for (String sql :
        List.of(
            SqliteTopics.FIRST, SqliteTopics.FURTHER, SqlitePages.BOUNDS, SqliteReader.NEWEST)) {
      assertThat(plan(sql))
          .isNotEmpty()
          .noneMatch(step -> step.matches("SCAN (updates|further_topics|pages)( .*)?"));
    }
  }
}
