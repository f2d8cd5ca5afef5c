package dev.outpour.history;

import dev.outpour.update.Batch;
import dev.outpour.update.Head;
import dev.outpour.update.Interest;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;

/**
 * The log: append-only, numbered, and the only truth about what was published.
 *
 * <p>Whoever implements it keeps these obligations, and the contract suite holds them to it:
 *
 * <ol>
 *   <li>Numbers are dense, begin at 1 and are never given twice, also after a failure or a restart.
 *   <li>An append is all or nothing for the whole group, and its future succeeds only when the
 *       group is as durable as the store can make it. What was not durable is never returned by a
 *       read.
 *   <li>The drafts of a group are numbered in its order; a batch stops at its first refused draft.
 *   <li>A draft with a key that the log remembers, and with the same topics, event and data, is not
 *       appended again: its receipt is that of the first, marked as a duplicate. With others it is
 *       refused with status 422. This holds within a group too. Keys are remembered for 24 hours or
 *       the retention, whichever is longer.
 *   <li>Times never fall from one update to the next.
 *   <li>A page is a run without holes: every retained update after {@link Page#from} up to {@link
 *       Page#to}, read at one moment together with {@link Page#earliest}.
 *   <li>Pages are aligned: any two reads inside one finished page give the same page. A page holds
 *       at most {@link Page#MAX_BYTES} and {@link Page#MAX_UPDATES}, or one single larger update.
 *   <li>Only the oldest updates are removed, by count, age and bytes, a bounded number at a time.
 *   <li>Once a future of an append has succeeded, {@link #head} and reads show its updates.
 * </ol>
 *
 * <p>All methods are called on one context of Vert.x, one append at a time; futures complete on
 * that context. None blocks the caller.
 */
public interface History {

  /** Where the log stands now. */
  Head head();

  /**
   * Appends what came from publishers. Every draft has a topic. An empty group is allowed: it gives
   * the store an occasion to remove what has expired.
   *
   * @param group at most about {@link Page#MAX_BYTES} and {@link Page#MAX_UPDATES}
   * @return what became of each batch, in order; a failed future means that nothing was stored
   */
  Future<Commit> append(List<Batch> group);

  /**
   * The aligned page with what comes next after a number; an empty page at that number if nothing
   * does.
   *
   * @param after 0 or more, not beyond the head
   */
  Future<Page> read(long after);

  /**
   * The number after which exactly the newest {@code count} retained updates that match follow, or
   * all that match if they are fewer.
   */
  Future<Long> beforeNewest(int count, Interest interest);

  /**
   * Completes, with a sentence for the operator, once the store cannot be used any more: the
   * process that owns it has to be started again, when the cause is gone.
   */
  default Future<String> lost() {
    return Promise.<String>promise().future();
  }

  /** Ends the use of the store; what was appended is safe before and after. */
  Future<Void> close();

  /**
   * What an append did.
   *
   * @param outcomes one for each batch, in order
   * @param page the updates that are new, as one page; it may be empty
   */
  record Commit(List<Outcome> outcomes, Page page) {
    public Commit {
      outcomes = List.copyOf(outcomes);
    }
  }
}
