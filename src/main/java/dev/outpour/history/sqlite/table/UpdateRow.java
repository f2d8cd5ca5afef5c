package dev.outpour.history.sqlite.table;

import dev.outpour.update.Lineage;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An update as a row of the table {@code updates}, with a CRC-32C checksum over the whole row that
 * each read verifies.
 */
public final class UpdateRow {

  public static final String COLUMNS =
      "sequence, time, topic, further, event, form, ends, weight, data, checksum";

  /** Separates topics, which have no control characters. */
  private static final String SEPARATOR = "\n";

  /** For reads that do not need the epoch. */
  public static final Lineage UNKNOWN_LINEAGE =
      new Lineage(List.of(new Lineage.Epoch("unknown0", 1)));

  private static final String JSON = "json";
  private static final String TEXT = "text";

  private UpdateRow() {}

  /** Fills the ten parameters of an insert, in the order of {@link #COLUMNS}. */
  public static void write(Update update, PreparedStatement insert) throws SQLException {
    String topic = update.topics().get(0).name();
    String further = further(update.topics());
    String form = update.form() == Update.Form.JSON ? JSON : TEXT;
    byte[] data = update.data().getBytes();
    insert.setLong(1, update.sequence());
    insert.setLong(2, update.timeMillis());
    insert.setString(3, topic);
    insert.setString(4, further);
    insert.setString(5, update.event());
    insert.setString(6, form);
    insert.setBoolean(7, update.end());
    insert.setInt(8, update.weight());
    insert.setBytes(9, data);
    insert.setLong(
        10,
        checksum(
            update.sequence(),
            update.timeMillis(),
            update.end(),
            data,
            topic,
            further,
            update.event(),
            form));
  }

  private static @Nullable String further(List<Topic> topics) {
    return topics.size() == 1
        ? null
        : String.join(
            SEPARATOR, topics.subList(1, topics.size()).stream().map(Topic::name).toList());
  }

  /**
   * Reads the current row of a result.
   *
   * @throws CorruptLogException if it is not the row that was written
   */
  public static Update read(ResultSet row, Lineage lineage) throws SQLException {
    long sequence = row.getLong(1);
    long time = row.getLong(2);
    String topic = row.getString(3);
    String further = row.getString(4);
    String event = row.getString(5);
    String form = row.getString(6);
    boolean end = row.getInt(7) != 0;
    byte[] data = row.getBytes(9);
    if (topic == null
        || form == null
        || data == null
        || checksum(sequence, time, end, data, topic, further, event, form) != row.getLong(10)) {
      throw new CorruptLogException("Update " + sequence + " is damaged in the log's file");
    }
    List<Topic> topics = topics(topic, further);
    return new Update(
        lineage.at(sequence),
        time,
        topics,
        event,
        form.equals(JSON) ? Update.Form.JSON : Update.Form.TEXT,
        end,
        Buffer.buffer(data));
  }

  /** The topics of an update, from its two columns. */
  public static List<Topic> topics(String topic, @Nullable String further) {
    List<Topic> topics = new ArrayList<>();
    topics.add(new Topic(topic));
    if (further != null) {
      for (String name : further.split(SEPARATOR, -1)) {
        topics.add(new Topic(name));
      }
    }
    return topics;
  }

  private static long checksum(
      long sequence, long time, boolean end, byte[] data, @Nullable String... texts) {
    CRC32C sum = new CRC32C();
    sum.update(ByteBuffer.allocate(2 * Long.BYTES).putLong(sequence).putLong(time).flip());
    sum.update(end ? 1 : 0);
    for (String text : texts) {
      // A missing text differs from an empty one.
      sum.update(text == null ? 0 : 1);
      if (text != null) {
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        sum.update(0);
      }
    }
    sum.update(data);
    return sum.getValue();
  }
}
