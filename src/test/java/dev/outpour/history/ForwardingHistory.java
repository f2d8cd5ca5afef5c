package dev.outpour.history;

import dev.outpour.loop.Deadline;
import dev.outpour.update.Batch;
import dev.outpour.update.Gap;
import dev.outpour.update.Interest;
import dev.outpour.update.Lineage;
import dev.outpour.update.LogHead;
import dev.outpour.update.Page;
import dev.outpour.update.Topic;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Forwards to another log, for tests that override some of it. */
public abstract class ForwardingHistory implements History {

  protected final History sound;

  protected ForwardingHistory(History sound) {
    this.sound = sound;
  }

  @Override
  public LogHead head() {
    return sound.head();
  }

  @Override
  public Lineage lineage() {
    return sound.lineage();
  }

  @Override
  public Retained retained() {
    return sound.retained();
  }

  @Override
  public Future<Commit> append(List<Batch> group) {
    return sound.append(group);
  }

  @Override
  public boolean isOverdue() {
    return sound.isOverdue();
  }

  @Override
  public Future<Page> read(long after) {
    return sound.read(after);
  }

  @Override
  public Future<Long> beforeNewest(int count, Interest interest, Deadline deadline) {
    return sound.beforeNewest(count, interest, deadline);
  }

  @Override
  public Future<Gap> seek(long after, Interest interest, Deadline deadline) {
    return sound.seek(after, interest, deadline);
  }

  @Override
  public Future<Map<Topic, Long>> ended(Set<Topic> topics) {
    return sound.ended(topics);
  }

  @Override
  public long newestRemoved(Set<Topic> topics) {
    return sound.newestRemoved(topics);
  }

  @Override
  public Future<String> lost() {
    return sound.lost();
  }

  @Override
  public Future<Void> close() {
    return sound.close();
  }
}
