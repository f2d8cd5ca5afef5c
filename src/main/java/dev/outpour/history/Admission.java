package dev.outpour.history;

import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Key;
import dev.outpour.update.Lineage;
import dev.outpour.update.Outcome;
import dev.outpour.update.Outcome.Receipt;
import dev.outpour.update.Position;
import dev.outpour.update.Refusal;
import dev.outpour.update.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides which updates of a group a log accepts, by the rules that every store shares.
 *
 * <p>A repeated update with the same idempotency key is not stored again. An ended topic accepts no
 * updates. The number of keys is bounded. A batch stops at its first refused update. One instance
 * serves one group, on the thread that writes the log.
 *
 * @param <X> what the store may fail with
 */
public final class Admission<X extends Exception> {

  /** The log as these rules see it. */
  public interface Store<X extends Exception> {
    /** Why keys cannot be looked up right now; null if they can. */
    default @Nullable Refusal unknownKeys() {
      return null;
    }

    /** The update of a key, if the log remembers the key and it has not expired. */
    @Nullable KeyEntry find(Digest key) throws X;

    /** Whether no further key may be added. */
    boolean isFullOfKeys();

    /** The first of the topics that has ended. */
    Optional<Topic> firstEnded(List<Topic> topics) throws X;

    /** Appends an update. */
    Position add(Draft draft) throws X;

    /** Adds a new key. */
    void remember(KeyEntry entry);
  }

  private final Store<X> store;
  private final Lineage lineage;
  private final Retention retention;
  private final long timeMillis;

  /**
   * Begins a group.
   *
   * @param timeMillis the time of its updates
   */
  public Admission(Store<X> store, Lineage lineage, Retention retention, long timeMillis) {
    this.store = store;
    this.lineage = lineage;
    this.retention = retention;
    this.timeMillis = timeMillis;
  }

  /** Appends what the rules allow; returns one outcome for each batch. */
  public List<Outcome> admit(List<Batch> group) throws X {
    List<Outcome> outcomes = new ArrayList<>(group.size());
    for (Batch batch : group) {
      outcomes.add(admit(batch));
    }
    return outcomes;
  }

  private Outcome admit(Batch batch) throws X {
    List<Receipt> receipts = new ArrayList<>(batch.drafts().size());
    for (Draft draft : batch.drafts()) {
      Key key = draft.key();
      Refusal refusal = key == null ? null : store.unknownKeys();
      if (refusal != null) {
        return new Outcome(receipts, Optional.of(refusal));
      }
      Digest digest = key == null ? null : Digest.of(key);
      KeyEntry known = digest == null ? null : store.find(digest);
      if (key != null && known != null && !known.fingerprint().equals(Fingerprint.of(draft))) {
        return new Outcome(receipts, Optional.of(Refusal.keyReused(key.name())));
      }
      if (key != null && known == null) {
        known = inFormerScope(key, draft);
      }
      if (known != null) {
        receipts.add(new Receipt(lineage.at(known.sequence()), true));
        continue;
      }
      Optional<Topic> ended = store.firstEnded(draft.topics());
      if (ended.isPresent()) {
        return new Outcome(receipts, ended.map(topic -> Refusal.ended(topic.name())));
      }
      if (digest != null && store.isFullOfKeys()) {
        return new Outcome(receipts, Optional.of(Refusal.keysFull(retention.keys())));
      }
      Position position = store.add(draft);
      if (digest != null) {
        store.remember(
            new KeyEntry(digest, Fingerprint.of(draft), position.sequence(), timeMillis));
      }
      receipts.add(new Receipt(position, false));
    }
    return new Outcome(receipts, Optional.empty());
  }

  /**
   * The same update under the key's former scope. Many publishers shared that scope, so a different
   * update there belongs to another publisher. The index of keys mostly answers this from memory.
   */
  private @Nullable KeyEntry inFormerScope(Key key, Draft draft) throws X {
    Optional<Key> former = key.formerly();
    KeyEntry known = former.isEmpty() ? null : store.find(Digest.of(former.get()));
    return known != null && known.fingerprint().equals(Fingerprint.of(draft)) ? known : null;
  }
}
