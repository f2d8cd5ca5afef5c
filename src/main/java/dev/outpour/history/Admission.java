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
 * Lets the updates of batches into a log, one after the other, by the rules that hold wherever it
 * is kept: what came before under the same key is not stored again, a topic that has ended takes
 * nothing, and no more keys are remembered than may be. A batch ends with the first update that is
 * refused. It is for one group, and used by the thread that writes the log.
 *
 * @param <X> what the store may fail with
 */
public final class Admission<X extends Exception> {

  /** What a log holds, and takes. */
  public interface Store<X extends Exception> {
    /** Why no key can be told from another just now; null if it can. */
    default @Nullable Refusal unknownKeys() {
      return null;
    }

    /** What a key stands for, if it is remembered and not old enough to be forgotten. */
    @Nullable KeyEntry find(Digest key) throws X;

    /** Whether no more keys may be remembered. */
    boolean isFullOfKeys();

    /** The first of some topics that has ended. */
    Optional<Topic> firstEnded(List<Topic> topics) throws X;

    /** Takes an update in, as the newest. */
    Position add(Draft draft) throws X;

    /** Remembers a key that is not known. */
    void remember(KeyEntry entry);
  }

  private final Store<X> store;
  private final Lineage lineage;
  private final Retention retention;
  private final long timeMillis;

  /**
   * Begins with a group.
   *
   * @param timeMillis that of its updates
   */
  public Admission(Store<X> store, Lineage lineage, Retention retention, long timeMillis) {
    this.store = store;
    this.lineage = lineage;
    this.retention = retention;
    this.timeMillis = timeMillis;
  }

  /** Takes in what may be, of a group; what came of each batch. */
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
      Refusal unknown = key == null ? null : store.unknownKeys();
      if (unknown != null) {
        return new Outcome(receipts, Optional.of(unknown));
      }
      Digest digest = key == null ? null : Digest.of(key);
      KeyEntry known = digest == null ? null : store.find(digest);
      if (key != null && known != null && !known.fingerprint().equals(Fingerprint.of(draft))) {
        return new Outcome(receipts, Optional.of(Refusal.keyReused(key.name())));
      }
      if (key != null && known == null) {
        known = formerly(key, draft);
      }
      if (known != null) {
        receipts.add(new Receipt(lineage.at(known.sequence()), true));
        continue;
      }
      Optional<Topic> over = store.firstEnded(draft.topics());
      if (over.isPresent()) {
        return new Outcome(receipts, over.map(Refusal::ended));
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
   * The same update under the key's former scope. Many publishers shared that: another update there
   * is another's. The index of keys in memory mostly knows that there is none.
   */
  private @Nullable KeyEntry formerly(Key key, Draft draft) throws X {
    Optional<Key> former = key.formerly();
    KeyEntry known = former.isEmpty() ? null : store.find(Digest.of(former.get()));
    return known != null && known.fingerprint().equals(Fingerprint.of(draft)) ? known : null;
  }
}
