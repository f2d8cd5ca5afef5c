package dev.outpour.broadcast;

import dev.outpour.auth.Revocation;
import dev.outpour.update.Batch;
import dev.outpour.update.Gap;
import dev.outpour.update.Head;
import dev.outpour.update.Interest;
import dev.outpour.update.Located;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
   */
  record Follow(Optional<String> logId, long after) implements LogMessage {}

  /** The log, and the page that comes next; the page is empty if nothing does. */
  record Grown(LogDescription log, Page page) implements LogMessage {}

  /** Read the aligned page after a number; answered by {@link Read}. */
  record ReadAfter(String logId, long after) implements LogMessage {}

  /** A page of the log. */
  record Read(Page page) implements LogMessage {}

  /** Say where a reader begins; answered by {@link Found}. */
  record Locate(String logId, Start start, Interest interest, Asking asking)
      implements LogMessage {}

  /** Where it begins. */
  record Found(Located located) implements LogMessage {}

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
  record LogDescription(Topic defaultTopic, boolean durable, Head head) {
    /** The log's own name. */
    public String logId() {
      return head.logId();
    }
  }
}
