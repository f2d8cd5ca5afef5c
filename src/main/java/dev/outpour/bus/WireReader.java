package dev.outpour.bus;

import dev.outpour.auth.Revocation;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Gap;
import dev.outpour.update.Interest;
import dev.outpour.update.Key;
import dev.outpour.update.Lineage;
import dev.outpour.update.LogHead;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Position;
import dev.outpour.update.Refusal;
import dev.outpour.update.RequestId;
import dev.outpour.update.Start;
import dev.outpour.update.StartPosition;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import dev.outpour.update.Truncation;
import dev.outpour.update.Update;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads values that {@link WireWriter} wrote.
 *
 * <p>Invalid bytes cause an {@link IllegalArgumentException} or an {@link
 * IndexOutOfBoundsException}, before anything large is allocated.
 */
final class WireReader {

  private final Buffer in;
  private int at;

  WireReader(Buffer in, int at) {
    this.in = in;
    this.at = at;
  }

  int tag() {
    return in.getByte(at++);
  }

  boolean flag() {
    int value = tag();
    if (value != 0 && value != 1) {
      throw new IllegalArgumentException("Not a flag: " + value);
    }
    return value == 1;
  }

  long number() {
    long value = in.getLong(at);
    at += Long.BYTES;
    return value;
  }

  /** A number of the log. */
  long sequence() {
    long value = number();
    if (value < 0) {
      throw new IllegalArgumentException("Not a number of a log: " + value);
    }
    return value;
  }

  /** A number of items. */
  int count(int least, int most) {
    long value = number();
    if (value < least || value > most) {
      throw new IllegalArgumentException("Not a valid count: " + value);
    }
    return (int) value;
  }

  String text() {
    return bytes().toString();
  }

  @Nullable String optionalText() {
    return flag() ? text() : null;
  }

  Optional<String> optional() {
    return Optional.ofNullable(optionalText());
  }

  private Buffer bytes() {
    int length = length();
    Buffer bytes = in.getBuffer(at, at + length);
    at += length;
    return bytes;
  }

  /** A length or count. Each item takes at least one byte, so it cannot exceed the rest. */
  private int length() {
    int length = in.getInt(at);
    at += Integer.BYTES;
    if (length < 0 || length > in.length() - at) {
      throw new IllegalArgumentException("A length beyond the end of the message: " + length);
    }
    return length;
  }

  <T> List<T> each(Supplier<T> read) {
    int size = length();
    List<T> items = new ArrayList<>(Math.min(size, Page.MAX_UPDATES));
    for (int i = 0; i < size; i++) {
      items.add(read.get());
    }
    return items;
  }

  Revocation revocation() {
    String name = text();
    if (!Revocation.isName(name)) {
      throw new IllegalArgumentException("Not a revocable name");
    }
    return new Revocation(name, number());
  }

  LogMessage.LogDescription log() {
    return new LogMessage.LogDescription(topic(), flag(), head());
  }

  private Topic topic() {
    return new Topic(text());
  }

  private LogHead head() {
    return new LogHead(text(), lineage(), number(), number(), flag());
  }

  private Lineage lineage() {
    return new Lineage(each(() -> new Lineage.Epoch(text(), number())));
  }

  /** A page whose updates are in order and within the range that it covers. */
  Page page() {
    Page page = new Page(lineage(), number(), number(), number(), each(this::update), flag());
    long before = page.from();
    for (Update update : page.updates()) {
      if (update.sequence() <= before || update.sequence() > page.to()) {
        throw new IllegalArgumentException("A page with " + update.sequence() + " after " + before);
      }
      before = update.sequence();
    }
    return page;
  }

  private Update update() {
    return new Update(at(), number(), each(this::topic), optionalText(), form(), flag(), bytes());
  }

  private Position at() {
    return new Position(text(), sequence());
  }

  private Update.Form form() {
    return flag() ? Update.Form.JSON : Update.Form.TEXT;
  }

  Batch batch() {
    return new Batch(each(this::draft), request());
  }

  private @Nullable String request() {
    String request = optionalText();
    if (request != null && !RequestId.isOne(request)) {
      throw new IllegalArgumentException("Not the id of a request");
    }
    return request;
  }

  private Draft draft() {
    return new Draft(each(this::topic), optionalText(), key(), form(), flag(), bytes());
  }

  private @Nullable Key key() {
    return flag() ? new Key(text(), text()) : null;
  }

  Outcome outcome() {
    List<Outcome.Receipt> receipts = each(() -> new Outcome.Receipt(at(), flag()));
    return new Outcome(receipts, flag() ? Optional.of(refusal()) : Optional.empty());
  }

  private Refusal refusal() {
    return new Refusal((int) number(), text(), (int) number());
  }

  Start start() {
    int kind = tag();
    return switch (kind) {
      case 0 -> new Start.Now();
      case 1 -> new Start.Earliest();
      case 2 -> new Start.After(at());
      case 3 -> new Start.Newest(count(1, Start.Newest.MAX));
      case 4 -> new Start.Unreadable();
      default -> throw new IllegalArgumentException("Not a start: " + kind);
    };
  }

  Interest interest() {
    return new Interest(topics(), patterns(), patterns());
  }

  LogMessage.Asking asking() {
    return new LogMessage.Asking(text(), number(), number());
  }

  private Set<TopicPattern> patterns() {
    return new HashSet<>(each(() -> TopicPattern.parse(text())));
  }

  Set<Topic> topics() {
    return new HashSet<>(each(this::topic));
  }

  Gap gap() {
    return new Gap(number(), number());
  }

  StartPosition located() {
    return new StartPosition(
        number(), head(), flag() ? Optional.of(truncation()) : Optional.empty(), ended());
  }

  private Map<Topic, Long> ended() {
    Map<Topic, Long> ended = new HashMap<>();
    each(() -> ended.put(topic(), number()));
    return ended;
  }

  private Truncation truncation() {
    Optional<Position> asked = flag() ? Optional.of(at()) : Optional.empty();
    return new Truncation(asked, Truncation.Reason.valueOf(text()));
  }
}
