package dev.outpour.bus;

import dev.outpour.auth.Revocation;
import dev.outpour.update.Batch;
import dev.outpour.update.Gap;
import dev.outpour.update.Interest;
import dev.outpour.update.Lineage;
import dev.outpour.update.LogHead;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Start;
import dev.outpour.update.StartPosition;
import dev.outpour.update.Topic;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What the hub's parts say to each other over the event bus: by reference inside one process, by
 * {@link LogMessageCodec} between processes.
 *
 * <p>Requests that name a log are refused with status 409 by the owner of another one.
 */
public sealed interface LogMessage {

  /** How many readers or topics are listed at once at most. */
  int MOST_LISTED = 1_002;

  /**
   * Append these; answered by {@link Appended}.
   *
   * @param logId the log meant; empty: whichever there is
   * @param batches what to append
   */
  record Append(Optional<String> logId, List<Batch> batches) implements LogMessage {
    public Append {
      batches = List.copyOf(batches);
    }
  }

  /**
   * What came, and is none of these: it stands in its place, since who asked has to hear that.
   *
   * @param why it could not be read
   */
  record Unreadable(String why) implements LogMessage {}

  /** What became of each batch. */
  record Appended(List<Outcome> outcomes) implements LogMessage {
    public Appended {
      outcomes = List.copyOf(outcomes);
    }
  }

  /**
   * Tell when the log has grown beyond a number; answered by {@link Grown} at once if it has, else
   * when it does, or with an empty page after some seconds.
   *
   * @param logId the log meant; empty: whichever there is, and answer at once from its head
   * @param after the number
   * @param epoch as of {@link Brief}
   */
  record Follow(Optional<String> logId, long after, Optional<String> epoch) implements LogMessage {
    /** That of one who knows no epochs. */
    public Follow(Optional<String> logId, long after) {
      this(logId, after, Optional.empty());
    }
  }

  /** The log, and the page that comes next; the page is empty if nothing does. */
  record Grown(LogDescription log, Page page) implements Brief<Grown> {
    @Override
    public Grown with(UnaryOperator<Lineage> form) {
      LogHead head = log.head();
      return new Grown(
          new LogDescription(
              log.defaultTopic(), log.durable(), head.withLineage(form.apply(head.lineage()))),
          page.withLineage(form.apply(page.lineage())));
    }
  }

  /**
   * Read the aligned page after a number; answered by {@link Read}.
   *
   * @param epoch as of {@link Brief}
   */
  record ReadAfter(String logId, long after, Optional<String> epoch) implements LogMessage {
    /** That of one who knows no epochs. */
    public ReadAfter(String logId, long after) {
      this(logId, after, Optional.empty());
    }
  }

  /** A page of the log. */
  record Read(Page page) implements Brief<Read> {
    @Override
    public Read with(UnaryOperator<Lineage> form) {
      return new Read(page.withLineage(form.apply(page.lineage())));
    }
  }

  /**
   * Say where a reader begins; answered by {@link Found}.
   *
   * @param epoch as of {@link Brief}
   */
  record Locate(String logId, Start start, Interest interest, Asking asking, Optional<String> epoch)
      implements LogMessage {
    /** That of one who knows no epochs. */
    public Locate(String logId, Start start, Interest interest, Asking asking) {
      this(logId, start, interest, asking, Optional.empty());
    }
  }

  /** Where it begins. */
  record Found(StartPosition located) implements Brief<Found> {
    @Override
    public Found with(UnaryOperator<Lineage> form) {
      LogHead head = located.head();
      return new Found(located.withHead(head.withLineage(form.apply(head.lineage()))));
    }
  }

  /** Say where an interest goes on after a number; answered by {@link Sought}. */
  record Seek(String logId, long after, Interest interest, Asking asking) implements LogMessage {}

  /** In which stretch it has nothing. */
  record Sought(Gap gap) implements LogMessage {}

  /** Drop a question, if it is not answered yet: nobody waits for the answer; not answered. */
  record Withdraw(String node, long number) implements LogMessage {}

  /**
   * What was revoked by request; answered by everyone who knows of other revocations.
   *
   * @param digest of all that the sender knows
   * @param some of them, or none
   */
  record Revoked(long digest, List<Revocation> some) implements LogMessage {
    public Revoked {
      some = List.copyOf(some);
    }
  }

  /**
   * List readers of a node; answered by {@link Listed}.
   *
   * @param topic those who read something of it; empty: all
   * @param from those with this number, and those who came after
   * @param most how many to describe
   */
  record ListReaders(Optional<String> topic, long from, int most) implements LogMessage {}

  /**
   * List what readers of a node read; answered by {@link Listed}.
   *
   * @param after what comes after this, by name
   * @param most how many to list
   */
  record ListTopics(String after, int most) implements LogMessage {}

  /** Count those at a node who get something of topics; answered by {@link Listed}. */
  record CountReaders(Set<Topic> topics) implements LogMessage {
    public CountReaders {
      topics = Set.copyOf(topics);
    }
  }

  /** Send a reader of a node away; answered by {@link Listed}. */
  record EndReader(long number) implements LogMessage {}

  /** What was asked of a node, as JSON. */
  record Listed(String json) implements LogMessage {}

  /** Somebody at a node reads what nodes tell of themselves. */
  record Watched(String node) implements LogMessage {}

  /**
   * What a node tells of itself.
   *
   * @param data JSON
   */
  record Told(String node, String topic, long timeMillis, String data) implements LogMessage {}

  /**
   * An answer that need not carry the epochs of the log: who asks names the current one that it
   * knows, and is told that one alone for as long as it is the current one.
   */
  sealed interface Brief<T extends Brief<T>> extends LogMessage {

    /** The same with its epochs in another form. */
    T with(UnaryOperator<Lineage> form);

    /** What is sent to one who knows the epochs up to this one; empty: none. */
    default T forOneWhoKnows(Optional<String> epoch) {
      return with(
          lineage -> epoch.filter(lineage::isCurrent).isPresent() ? lineage.brief() : lineage);
    }

    /** What was sent to one who had asked with the current epoch of these. */
    default T completedBy(Lineage known) {
      return with(lineage -> lineage.isCurrent(known.current().name()) ? known : lineage);
    }
  }

  /**
   * Who asks a question, and for how long.
   *
   * @param node the process; those of all processes take turns
   * @param number what it calls the question
   * @param millis after which the answer is of no use, counted from when the question arrives
   */
  record Asking(String node, long number, long millis) {}

  /**
   * What a process has to know of the log it serves.
   *
   * @param defaultTopic where updates go, and what readers get, when none is named
   * @param durable whether the log outlives its owner's process
   * @param head where the log stands
   */
  record LogDescription(Topic defaultTopic, boolean durable, LogHead head) {
    /** The log's own name. */
    public String logId() {
      return head.logId();
    }

    /** The name of its current epoch. */
    public String epoch() {
      return head.lineage().current().name();
    }
  }
}
