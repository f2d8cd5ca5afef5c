package dev.outpour.ingest;

import dev.outpour.history.ForwardingHistory;
import dev.outpour.history.History;
import dev.outpour.update.Batch;
import dev.outpour.update.Refusal;
import io.vertx.core.Future;
import java.util.List;

/** A log that stores a group but fails its commit, as if only the answer of a sync failed. */
final class UnsureHistory extends ForwardingHistory {

  UnsureHistory(History sound) {
    super(sound);
  }

  @Override
  public Future<Commit> append(List<Batch> group) {
    return sound
        .append(group)
        .compose(stored -> Future.failedFuture(Refusal.indeterminate().asException()));
  }
}
