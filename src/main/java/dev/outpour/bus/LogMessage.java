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
 * The messages that parts of the hub send each other over the event bus: by reference within a
 * process, through {@link LogMessageCodec} between processes.
 *
 * <p>The owner of another log refuses a request that names a log, with status 409.
 */
public sealed interface LogMessage {

  /** The maximum of subscribers or topics in one list. */
  int MOST_LISTED = 1_002;

  /**
   * A request to append batches, answered by {@link Appended}.
   *
   * @param logId the log; empty for any
   */
  record Append(Optional<String> logId, List<Batch> batches) implements LogMessage {
    public Append {
      batches = List.copyOf(batches);
    }
  }

  /**
   * Stands for a message that could not be decoded, so that its sender gets an answer.
   *
   * @param why the reason
   */
  record Unreadable(String why) implements LogMessage {}

  /** The outcome of each batch. */
  record Appended(List<Outcome> outcomes) implements LogMessage {
    public Appended {
      outcomes = List.copyOf(outcomes);
    }
  }

  /**
   * A request to follow the log beyond a number. It is answered by {@link Grown} as soon as there
   * is more, or with an empty page after a second.
   *
   * @param logId the log; empty for any, which is answered at once from its head
   * @param after the number
   * @param epoch as in {@link Brief}
   */
  record Follow(Optional<String> logId, long after, Optional<String> epoch) implements LogMessage {
    /** A request of a process that knows no epochs. */
    public Follow(Optional<String> logId, long after) {
      this(logId, after, Optional.empty());
    }
  }

  /** The log and its next page, which is empty if there is none. */
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
   * A request for the aligned page after a number, answered by {@link Read}.
   *
   * @param epoch as in {@link Brief}
   */
  record ReadAfter(String logId, long after, Optional<String> epoch) implements LogMessage {
    /** A request of a process that knows no epochs. */
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
   * A request for the start position of a subscriber, answered by {@link Found}.
   *
   * @param epoch as in {@link Brief}
   */
  record Locate(String logId, Start start, Interest interest, Asking asking, Optional<String> epoch)
      implements LogMessage {
    /** A request of a process that knows no epochs. */
    public Locate(String logId, Start start, Interest interest, Asking asking) {
      this(logId, start, interest, asking, Optional.empty());
    }
  }

  /** The start position of a subscriber. */
  record Found(StartPosition located) implements Brief<Found> {
    @Override
    public Found with(UnaryOperator<Lineage> form) {
      LogHead head = located.head();
      return new Found(located.withHead(head.withLineage(form.apply(head.lineage()))));
    }
  }

  /** A request for the next gap of an interest after a number, answered by {@link Sought}. */
  record Seek(String logId, long after, Interest interest, Asking asking) implements LogMessage {}

  /** The gap of an interest. */
  record Sought(Gap gap) implements LogMessage {}

  /** Withdraws a question whose answer nobody waits for. It gets no answer itself. */
  record Withdraw(String node, long number) implements LogMessage {}

  /**
   * Announces requested revocations. Every node that knows others answers with its own.
   *
   * @param digest the digest of all that the sender knows
   * @param some some of them, or none
   */
  record Revoked(long digest, List<Revocation> some) implements LogMessage {
    public Revoked {
      some = List.copyOf(some);
    }
  }

  /**
   * A request for the subscribers of a node, answered by {@link Listed}.
   *
   * @param topic only subscribers that receive updates of it; empty for all
   * @param from the lowest number of a subscriber
   * @param most the maximum of subscribers
   */
  record ListReaders(Optional<String> topic, long from, int most) implements LogMessage {}

  /**
   * A request for the topics of a node's subscribers, answered by {@link Listed}.
   *
   * @param after the name after which to start
   * @param most the maximum of topics
   */
  record ListTopics(String after, int most) implements LogMessage {}

  /** A request to count the subscribers of topics at a node, answered by {@link Listed}. */
  record CountReaders(Set<Topic> topics) implements LogMessage {
    public CountReaders {
      topics = Set.copyOf(topics);
    }
  }

  /** A request to end the stream of a subscriber, answered by {@link Listed}. */
  record EndReader(long number) implements LogMessage {}

  /** The answer of a node, as JSON. */
  record Listed(String json) implements LogMessage {}

  /** Announces that someone at a node watches the status of all nodes. */
  record Watched(String node) implements LogMessage {}

  /**
   * The status of a node.
   *
   * @param data JSON
   */
  record Told(String node, String topic, long timeMillis, String data) implements LogMessage {}

  /**
   * An answer that can omit the epochs of the log. A process names the newest epoch that it knows,
   * and gets only that one while it is current.
   */
  sealed interface Brief<T extends Brief<T>> extends LogMessage {

    /** The same answer with another form of its epochs. */
    T with(UnaryOperator<Lineage> form);

    /** The answer for a process that knows the epochs up to this one. */
    default T forOneWhoKnows(Optional<String> epoch) {
      return with(
          lineage -> epoch.filter(lineage::isCurrent).isPresent() ? lineage.brief() : lineage);
    }

    /** The answer completed by the epochs that a process knew when it asked. */
    default T completedBy(Lineage known) {
      return with(lineage -> lineage.isCurrent(known.current().name()) ? known : lineage);
    }
  }

  /**
   * The sender of a question, and its timeout.
   *
   * @param node the process
   * @param number its number for the question
   * @param millis the timeout, counted from the arrival of the question
   */
  record Asking(String node, long number, long millis) {}

  /**
   * Describes the log to a process that serves it.
   *
   * @param defaultTopic the topic of publishers and subscribers that name none
   * @param durable whether the log outlives its owner's process
   * @param head the head of the log
   */
  record LogDescription(Topic defaultTopic, boolean durable, LogHead head) {
    /** The id of the log. */
    public String logId() {
      return head.logId();
    }

    /** The name of its current epoch. */
    public String epoch() {
      return head.lineage().current().name();
    }
  }
}
