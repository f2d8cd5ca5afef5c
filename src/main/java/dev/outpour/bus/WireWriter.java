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
import dev.outpour.update.Start;
import dev.outpour.update.StartPosition;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import dev.outpour.update.Truncation;
import dev.outpour.update.Update;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the vocabulary as bytes for another process. {@link WireReader} is its counterpart.
 *
 * <p>Numbers are big-endian. Texts, bytes and lists follow their length in 32 bits. An optional
 * value follows one byte, 0 or 1.
 */
final class WireWriter {

  private final Buffer out;

  WireWriter(Buffer out) {
    this.out = out;
  }

  void tag(int tag) {
    out.appendByte((byte) tag);
  }

  void flag(boolean value) {
    out.appendByte((byte) (value ? 1 : 0));
  }

  void number(long value) {
    out.appendLong(value);
  }

  void text(String text) {
    bytes(Buffer.buffer(text.getBytes(StandardCharsets.UTF_8)));
  }

  void optionalText(@Nullable String text) {
    flag(text != null);
    if (text != null) {
      text(text);
    }
  }

  private void bytes(Buffer bytes) {
    out.appendInt(bytes.length());
    out.appendBuffer(bytes);
  }

  <T> void each(Collection<T> items, Consumer<T> write) {
    out.appendInt(items.size());
    items.forEach(write);
  }

  void revocation(Revocation revocation) {
    text(revocation.name());
    number(revocation.endMillis());
  }

  void log(LogMessage.LogDescription log) {
    text(log.defaultTopic().name());
    flag(log.durable());
    head(log.head());
  }

  private void head(LogHead head) {
    text(head.logId());
    lineage(head.lineage());
    number(head.earliest());
    number(head.last());
    flag(head.hasEnds());
  }

  private void lineage(Lineage lineage) {
    each(
        lineage.epochs(),
        epoch -> {
          text(epoch.name());
          number(epoch.first());
        });
  }

  void page(Page page) {
    lineage(page.lineage());
    number(page.earliest());
    number(page.from());
    number(page.to());
    each(page.updates(), this::update);
    flag(page.damaged());
  }

  private void update(Update update) {
    position(update.position());
    number(update.timeMillis());
    topics(update.topics());
    optionalText(update.event());
    flag(update.form() == Update.Form.JSON);
    flag(update.end());
    bytes(update.data());
  }

  private void position(Position position) {
    text(position.epoch());
    number(position.sequence());
  }

  void batch(Batch batch) {
    each(batch.drafts(), this::draft);
    optionalText(batch.request());
  }

  private void draft(Draft draft) {
    topics(draft.topics());
    optionalText(draft.event());
    Key key = draft.key();
    flag(key != null);
    if (key != null) {
      text(key.scope());
      text(key.name());
    }
    flag(draft.form() == Update.Form.JSON);
    flag(draft.end());
    bytes(draft.data());
  }

  void outcome(Outcome outcome) {
    each(
        outcome.receipts(),
        receipt -> {
          position(receipt.position());
          flag(receipt.duplicate());
        });
    flag(outcome.refusal().isPresent());
    outcome.refusal().ifPresent(this::refusal);
  }

  private void refusal(Refusal refusal) {
    number(refusal.status());
    text(refusal.detail());
    number(refusal.retryAfterSeconds());
  }

  void start(Start start) {
    if (start instanceof Start.Now) {
      tag(0);
    } else if (start instanceof Start.Earliest) {
      tag(1);
    } else if (start instanceof Start.After after) {
      tag(2);
      position(after.position());
    } else if (start instanceof Start.Newest newest) {
      tag(3);
      number(newest.count());
    } else {
      tag(4);
    }
  }

  void interest(Interest interest) {
    topics(interest.topics());
    patterns(interest.patterns());
    patterns(interest.within());
  }

  void asking(LogMessage.Asking asking) {
    text(asking.node());
    number(asking.number());
    number(asking.millis());
  }

  private void patterns(Collection<TopicPattern> patterns) {
    each(patterns, pattern -> text(pattern.toString()));
  }

  void topics(Collection<Topic> topics) {
    each(topics, topic -> text(topic.name()));
  }

  void gap(Gap gap) {
    number(gap.from());
    number(gap.to());
  }

  void located(StartPosition located) {
    number(located.cursor());
    head(located.head());
    flag(located.truncation().isPresent());
    located.truncation().ifPresent(this::truncation);
    each(
        located.ended().entrySet(),
        ended -> {
          text(ended.getKey().name());
          number(ended.getValue());
        });
  }

  private void truncation(Truncation truncation) {
    flag(truncation.asked().isPresent());
    truncation.asked().ifPresent(this::position);
    text(truncation.reason().name());
  }
}
