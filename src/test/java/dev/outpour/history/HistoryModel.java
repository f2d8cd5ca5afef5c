package dev.outpour.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Gap;
import dev.outpour.update.Interest;
import dev.outpour.update.Key;
import dev.outpour.update.Lineage;
import dev.outpour.update.Outcome;
import dev.outpour.update.Refusal;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The simplest model of a log: a list of all updates ever appended. It never forgets keys. */
final class HistoryModel {

  private record First(Draft draft, Update update) {}

  private final Retention retention;
  private final List<Update> all = new ArrayList<>();
  private final Map<Key, First> keys = new HashMap<>();
  private long earliest = 1;

  HistoryModel(Retention retention) {
    this.retention = retention;
  }

  long last() {
    return all.size();
  }

  List<Outcome> append(List<Batch> group, Lineage lineage, long timeMillis) {
    return group.stream().map(batch -> append(batch, lineage, timeMillis)).toList();
  }

  private Outcome append(Batch batch, Lineage lineage, long timeMillis) {
    List<Outcome.Receipt> receipts = new ArrayList<>();
    for (Draft draft : batch.drafts()) {
      First first = draft.key() == null ? null : keys.get(draft.key());
      if (first != null && !first.draft().equals(draft)) {
        return new Outcome(receipts, Optional.of(Refusal.keyReused(draft.key().name())));
      }
      if (first == null && !ended(draft.topics()).isEmpty()) {
        return new Outcome(
            receipts,
            Optional.of(Refusal.ended(ended(draft.topics()).keySet().iterator().next().name())));
      }
      if (first == null) {
        Update update = draft.at(lineage.at(last() + 1), timeMillis);
        all.add(update);
        if (draft.key() != null) {
          keys.put(draft.key(), new First(draft, update));
        }
        receipts.add(new Outcome.Receipt(update.position(), false));
      } else {
        receipts.add(new Outcome.Receipt(first.update().position(), true));
      }
    }
    return new Outcome(receipts, Optional.empty());
  }

  /** Where topics have ended, for those that have, in their order. */
  Map<Topic, Long> ended(List<Topic> topics) {
    Map<Topic, Long> ended = new LinkedHashMap<>();
    for (Topic topic : topics) {
      retained(0, last()).stream()
          .filter(update -> update.end() && update.topics().contains(topic))
          .forEach(update -> ended.put(topic, update.sequence()));
    }
    return ended;
  }

  /** Checks that a log has removed all updates that it must, and no others. */
  void assertEarliest(long reported, long nowMillis) {
    long due = earliest;
    while (due <= last() && mustGo(due, nowMillis)) {
      due++;
    }
    assertThat(reported).isEqualTo(due);
    earliest = reported;
  }

  private boolean mustGo(long sequence, long nowMillis) {
    List<Update> left = all.subList((int) sequence - 1, all.size());
    return left.size() > retention.updates()
        || left.stream().mapToLong(Update::weight).sum() > retention.bytes()
        || left.get(0).timeMillis() < nowMillis - retention.age().toMillis();
  }

  List<Update> retained(long from, long to) {
    return all.stream()
        .filter(each -> each.sequence() > from && each.sequence() <= to)
        .filter(each -> each.sequence() >= earliest)
        .toList();
  }

  long beforeNewest(int count, Interest interest) {
    List<Update> matching =
        retained(0, last()).stream().filter(each -> interest.matches(each.topics())).toList();
    return matching.size() < count
        ? earliest - 1
        : matching.get(matching.size() - count).sequence() - 1;
  }

  Gap gap(long after, Interest interest) {
    long lost =
        all.stream()
            .filter(each -> each.sequence() < earliest && interest.matches(each.topics()))
            .mapToLong(Update::sequence)
            .max()
            .orElse(0);
    long from = Math.max(after, interest.isExact() ? lost : earliest - 1);
    return new Gap(
        from,
        retained(from, last()).stream()
            .filter(each -> interest.matches(each.topics()))
            .mapToLong(each -> each.sequence() - 1)
            .findFirst()
            .orElse(Math.max(from, last())));
  }
}
