package dev.outpour.history;

import dev.outpour.loop.Deadline;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Gap;
import dev.outpour.update.Interest;
import dev.outpour.update.Lineage;
import dev.outpour.update.LogHead;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Topic;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
 *   <li>A draft with a key that the log remembers, and with the same topics, event, end and data,
 *       is not appended again: its receipt is that of the first, marked as a duplicate. With others
 *       it is refused with status 422. This holds within a group too. Keys are remembered for 24
 *       hours or the retention, whichever is longer; at the bound of {@link Retention#keys} a draft
 *       with a new one is refused with status 503, and those without go on.
 *   <li>Times never fall from one update to the next.
 *   <li>A page is a run without holes: every retained update after {@link Page#from} up to {@link
 *       Page#to}, read at one moment together with {@link Page#earliest}. What the store has lost
 *       is a page of its own, {@link Page#damaged}, between those with what can be read.
 *   <li>Pages are aligned: any two reads inside one finished page give the same page. A page holds
 *       at most {@link Page#MAX_BYTES} and {@link Page#MAX_UPDATES}, or one single larger update.
 *   <li>Only the oldest updates are removed, by count, age and bytes, a bounded number at a time.
 *   <li>Once a future of an append has succeeded, {@link #head} and reads show its updates.
 *   <li>A {@link Gap} passes over no update in one of its topics and ends right before the next
 *       one, or at the head; its two ends are looked up at one moment, by an index and not by
 *       reading what lies between. For exact topics it begins where it was asked for, though what
 *       came then has been removed, unless something in one of them has.
 *   <li>A draft with {@link Draft#end} is the last of its topics: as long as it is retained, drafts
 *       to any of them are refused with status 409, within its group too; what obligation 4 knows
 *       as a duplicate is none the less one. After that the topics may be used again.
 * </ol>
 *
 * <p>All methods may be called from any thread, but one append at a time; none blocks its caller
 * for longer than a look into memory takes. The future of an append completes on the thread that
 * has written, so that this one can go on with the next; the others on the caller's context.
 */
public interface History {

  /** Where the log stands now. */
  LogHead head();

  /**
   * All epochs of the log. The head's leave out old ones that gave nothing which is retained, since
   * they travel with it.
   */
  default Lineage lineage() {
    return head().lineage();
  }

  /** How much it retains now. */
  Retained retained();

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
   *
   * @param deadline when it is over, the work is given up, and the future fails with {@link
   *     dev.outpour.update.Refusal#tooLate}
   */
  Future<Long> beforeNewest(int count, Interest interest, Deadline deadline);

  /**
   * Completes, with a sentence for the operator, once the store cannot be used any more: the
   * process that owns it has to be started again, when the cause is gone.
   */
  default Future<String> lost() {
    return Promise.<String>promise().future();
  }

  /**
   * Looks whether the store is still what was opened; it is asked about once a second.
   *
   * @return a sentence if it is not, which strangers may see
   */
  default Future<Optional<String>> inspect() {
    return Future.succeededFuture(Optional.empty());
  }

  /**
   * Whether the last append has left updates that are not to be retained: another one, an empty one
   * too, removes more.
   */
  default boolean isOverdue() {
    return false;
  }

  /**
   * The stretch after a number that a reader of some exact topics may pass over; an empty one if
   * the next update is in one of them. Of a reader of patterns it may be an empty one, too, where
   * reading on is as good. Where it begins later than was asked for, what is before its beginning
   * is lost: of exact topics only if something in them was.
   *
   * @param after 0 or more
   * @param interest not empty
   * @param deadline as of {@link #beforeNewest}
   */
  Future<Gap> seek(long after, Interest interest, Deadline deadline);

  /**
   * Where topics have ended: the number of the last update of each of those asked for that has.
   *
   * @param topics a reader's, perhaps some hundred
   */
  Future<Map<Topic, Long>> ended(Set<Topic> topics);

  /**
   * The number of the newest update in one of some topics that is not retained any more, from
   * memory; no less than it is, where that is not known, and 0 if there is none. It knows at least
   * what has gone from {@link #head}.
   *
   * @param topics a reader's, perhaps some hundred
   */
  long newestRemoved(Set<Topic> topics);

  /** Ends the use of the store; what was appended is safe before and after. */
  Future<Void> close();

  /**
   * How much a log retains.
   *
   * @param bytes about how much its updates take
   * @param oldestMillis the time of the earliest one; 0 if there is none
   * @param keys how many publishers' keys it remembers
   * @param damaged how many updates were found since the log was opened that cannot be read
   * @param topics how many topics are known in memory
   */
  record Retained(long bytes, long oldestMillis, long keys, long damaged, int topics) {

    /** What a log retains that is whole and remembers no keys. */
    public Retained(long bytes, long oldestMillis) {
      this(bytes, oldestMillis, 0, 0, 0);
    }

    /** The same, with so many damaged updates found. */
    public Retained withDamaged(long found) {
      return new Retained(bytes, oldestMillis, keys, found, topics);
    }

    /** The same, with so many topics known. */
    public Retained withTopics(int known) {
      return new Retained(bytes, oldestMillis, keys, damaged, known);
    }
  }

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
