package dev.outpour.ingest;

import dev.outpour.update.Batch;
import dev.outpour.update.Outcome;
import io.vertx.core.Promise;
import java.util.List;

/**
 * Batches that were submitted together, and wait for their commit.
 *
 * @param weight about how many bytes they have
 * @param sinceNanos when they were submitted
 * @param outcomes completes with an outcome for each batch
 */
record Submission(
    List<Batch> batches, int weight, long sinceNanos, Promise<List<Outcome>> outcomes) {

  /** How many updates they have. */
  int drafts() {
    int drafts = 0;
    for (Batch batch : batches) {
      drafts += batch.drafts().size();
    }
    return drafts;
  }
}
