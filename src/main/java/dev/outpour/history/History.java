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
 * <p>Every implementation meets these obligations; {@code HistoryContractTest} checks them:
 *
 * <ol>
 *   <li>Sequence numbers are dense, begin at 1 and are never assigned twice, not even after a
 *       failure or a restart.
 *   <li>An append stores the whole group or nothing. Its future succeeds only when the group is as
 *       durable as the store can make it. A read never returns an update that is not durable.
 *   <li>The drafts of a group are numbered in its order; a batch stops at its first refused draft.
 *   <li>A draft is not appended again if the log remembers its idempotency key with the same
 *       topics, event, end and data: it gets the receipt of the first, marked as a duplicate. If
 *       one of them differs, it is refused with status 422. This holds within a group too. Keys are
 *       remembered for 24 hours or the retention, whichever is longer. At the bound of {@link
 *       Retention#keys} a draft with a new key is refused with status 503; drafts without a key are
 *       accepted.
 *   <li>Times never fall from one update to the next.
 *   <li>A page is a run without holes: every retained update after {@link Page#from} up to {@link
 *       Page#to}, read at one moment together with {@link Page#earliest}. Updates that the store
 *       has lost are a page of their own, {@link Page#damaged}.
 *   <li>Pages are aligned: any two reads inside one full page return the same page. A page has at
 *       most {@link Page#MAX_BYTES} and {@link Page#MAX_UPDATES}, or one single larger update.
 *   <li>Only the oldest updates are removed, by count, age and bytes, a bounded number at a time.
 *   <li>Once the future of an append has succeeded, {@link #head} and reads show its updates.
 *   <li>A {@link Gap} contains no update in one of its topics. It ends right before the next such
 *       update, or at the head. Both ends are found at one moment, by an index and not by reading
 *       the updates in between. For exact topics it begins where it was asked for, even if updates
 *       there were removed, unless one of those was in one of the topics.
 *   <li>A draft with {@link Draft#end} is the last of its topics. While it is retained, further
 *       drafts to any of them are refused with status 409, within its group too. Obligation 4 comes
 *       first: a duplicate is still a duplicate. After that the topics may be used again.
 * </ol>
 *
 * <p>All methods may be called from any thread, but only one append may be under way. No method
 * blocks its caller for longer than a look into memory. The future of an append completes on the
 * writing thread, which can then continue with the next group; other futures complete on the
 * caller's context.
 */
public interface History {

  /** The position of the log now. */
  LogHead head();

  /**
   * All epochs of the log. The head carries fewer: it leaves out old epochs that assigned no
   * retained sequence number.
   */
  default Lineage lineage() {
    return head().lineage();
  }

  /** How much the log retains now. */
  Retained retained();

  /**
   * Appends drafts. Every draft has a topic. The group may be empty: then the store only removes
   * expired updates.
   *
   * @param group at most about {@link Page#MAX_BYTES} and {@link Page#MAX_UPDATES}
   * @return one outcome for each batch, in order; a failed future means that nothing was stored
   */
  Future<Commit> append(List<Batch> group);

  /**
   * The aligned page with the next update after a sequence number; an empty page at that number if
   * there is none.
   *
   * @param after 0 or more, not beyond the head
   */
  Future<Page> read(long after);

  /**
   * The sequence number after which exactly the newest {@code count} matching updates follow, or
   * all of them if there are fewer.
   *
   * @param deadline after it the work stops and the future fails with {@link
   *     dev.outpour.update.Refusal#tooLate}
   */
  Future<Long> beforeNewest(int count, Interest interest, Deadline deadline);

  /**
   * Completes with a sentence for the operator once the store can no longer be used. Then the
   * operator removes the cause and restarts the process.
   */
  default Future<String> lost() {
    return Promise.<String>promise().future();
  }

  /**
   * Checks whether the store is still the one that was opened; called about once a second.
   *
   * @return a sentence for anybody to see if it is not
   */
  default Future<Optional<String>> inspect() {
    return Future.succeededFuture(Optional.empty());
  }

  /**
   * Whether the last append has left updates that the retention no longer allows. Another append
   * removes more, even an empty one.
   */
  default boolean isOverdue() {
    return false;
  }

  /**
   * The gap after a sequence number in which no update matches; an empty gap if the next update
   * matches. For patterns it may also be empty where reading on costs no more. If it begins later
   * than was asked for, updates before its beginning are lost; for exact topics only if one of
   * those matched.
   *
   * @param after 0 or more
   * @param interest not empty
   * @param deadline as for {@link #beforeNewest}
   */
  Future<Gap> seek(long after, Interest interest, Deadline deadline);

  /**
   * The sequence number of the last update of each topic that has ended.
   *
   * @param topics the topics of a subscriber, perhaps some hundred
   */
  Future<Map<Topic, Long>> ended(Set<Topic> topics);

  /**
   * The sequence number of the newest update in one of the topics that is no longer retained; 0 if
   * there is none. It is answered from memory, may be too high and is never too low. It includes at
   * least the updates that {@link #head} no longer has.
   *
   * @param topics the topics of a subscriber, perhaps some hundred
   */
  long newestRemoved(Set<Topic> topics);

  /** Closes the store; appended updates are safe before and after. */
  Future<Void> close();

  /**
   * How much a log retains.
   *
   * @param bytes about how many bytes its updates take
   * @param oldestMillis the time of the earliest update; 0 if there is none
   * @param keys how many idempotency keys it remembers
   * @param damaged how many unreadable updates were found since the log was opened
   * @param topics how many topics are in memory
   */
  record Retained(long bytes, long oldestMillis, long keys, long damaged, int topics) {

    /** A log without damage, keys and topics. */
    public Retained(long bytes, long oldestMillis) {
      this(bytes, oldestMillis, 0, 0, 0);
    }

    /** The same with another number of damaged updates. */
    public Retained withDamaged(long found) {
      return new Retained(bytes, oldestMillis, keys, found, topics);
    }

    /** The same with another number of topics. */
    public Retained withTopics(int known) {
      return new Retained(bytes, oldestMillis, keys, damaged, known);
    }
  }

  /**
   * The result of an append.
   *
   * @param outcomes one for each batch, in order
   * @param page the new updates as one page; it may be empty
   */
  record Commit(List<Outcome> outcomes, Page page) {
    public Commit {
      outcomes = List.copyOf(outcomes);
    }
  }
}
