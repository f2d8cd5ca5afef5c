package dev.outpour.update;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** Sample values for tests. */
public final class Samples {

  public static final String EPOCH = "k3f9QzT1";
  public static final Lineage LINEAGE = new Lineage(List.of(new Lineage.Epoch(EPOCH, 1)));

  private Samples() {}

  public static List<Topic> topics(String... names) {
    return Stream.of(names).map(Topic::parse).toList();
  }

  public static Interest interest(String... patterns) {
    return Interest.of(Stream.of(patterns).map(TopicPattern::parse).toList());
  }

  /** A text for topics. */
  public static Draft draft(String data, String... topics) {
    return keyed(null, data, topics);
  }

  /** A text for topics, with an idempotency key. */
  public static Draft keyed(@Nullable String key, String data, String... topics) {
    return new Draft(
        topics(topics),
        null,
        key == null ? null : Key.parse(Key.UNSCOPED, key),
        Update.Form.TEXT,
        Buffer.buffer(data));
  }

  /** A text that ends its topics. */
  public static Draft last(String data, String... topics) {
    return draft(data, topics).ending();
  }

  /** A text with a number. */
  public static Update update(long sequence, String data, String... topics) {
    return draft(data, topics).at(new Position(EPOCH, sequence), 1_700_000_000_000L + sequence);
  }

  /** Updates of the topic {@code t}, after one number up to another. */
  public static List<Update> updates(long from, long to) {
    return Stream.iterate(from + 1, n -> n <= to, n -> n + 1)
        .map(n -> update(n, "data " + n, "t"))
        .toList();
  }

  /** A page without gaps, of a log that retains everything. */
  public static Page page(long from, long to) {
    return new Page(LINEAGE, 1, from, to, updates(from, to));
  }

  /** A log that retains everything. */
  public static LogHead head(long last) {
    return new LogHead("log", LINEAGE, 1, last);
  }

  /** The refusal of a call. Fails if the call succeeds. */
  public static Refusal refusalOf(ThrowingCallable call) {
    RefusedException refused = catchThrowableOfType(RefusedException.class, call);
    if (refused == null) {
      throw new AssertionError("It was not refused");
    }
    return refused.refusal();
  }
}
