package dev.outpour.http.delivery;

import dev.outpour.metrics.CloseReason;
import java.util.List;

/** Something that may happen to a log and its readers. Readers and event loops are numbered. */
public sealed interface Step {

  /** Publishers send batches at once. */
  record Publish(List<List<Item>> batches) implements Step {
    @Override
    public String toString() {
      return "publish " + batches;
    }
  }

  /**
   * An update, without its number, which is its data if it has no key.
   *
   * @param topics where it goes; none: the default topic
   * @param key null if it has none
   * @param variant what its data is, if it has a key
   * @param size how long its data is at least
   */
  record Item(List<String> topics, String key, int variant, int size) {
    @Override
    public String toString() {
      return topics
          + (size > 1 ? " of " + size + " bytes" : "")
          + (key == null ? "" : " with the key " + key + " and the data " + variant);
    }
  }

  /** A loop hears that the log has grown. */
  record Hear(int loop) implements Step {
    @Override
    public String toString() {
      return "loop " + loop + " hears of the log";
    }
  }

  /** The wheel of a loop comes by all its readers. */
  record Beat(int loop) implements Step {
    @Override
    public String toString() {
      return "loop " + loop + " sends heartbeats";
    }
  }

  /** A reader connects, if it is not connected. */
  record Connect(int reader, int loop, Come come, int number) implements Step {
    @Override
    public String toString() {
      return "reader " + reader + " connects to loop " + loop + ", " + come.words(number);
    }
  }

  /** What a reader comes with. */
  enum Come {
    BACK,
    NOW,
    EARLIEST,
    NEWEST,
    EVER_GIVEN,
    AHEAD,
    FOREIGN,
    MALFORMED;

    String words(int number) {
      return switch (this) {
        case BACK -> "where it was";
        case NOW -> "from now on";
        case EARLIEST -> "from the earliest";
        case NEWEST -> "from the newest " + (number + 1);
        case EVER_GIVEN -> "at the position that was given as number " + number;
        case AHEAD -> "ahead of the log by " + (number + 1);
        case FOREIGN -> "with the position of another log";
        case MALFORMED -> "with what is no position";
      };
    }
  }

  /** A reader's socket takes no more. */
  record Block(int reader) implements Step {
    @Override
    public String toString() {
      return "the socket of reader " + reader + " is full";
    }
  }

  /** A reader's socket takes what waits, and whatever comes. */
  record Unblock(int reader) implements Step {
    @Override
    public String toString() {
      return "the socket of reader " + reader + " drains";
    }
  }

  /**
   * A reader's connection breaks.
   *
   * @param seen how many of a thousand parts of its bytes the reader has been given
   * @param noticed whether the hub notices it now; else it writes on for a while, to nobody
   */
  record Cut(int reader, int seen, boolean noticed) implements Step {
    @Override
    public String toString() {
      return "reader "
          + reader
          + " is cut off after "
          + seen
          + "/1000 of its bytes"
          + (noticed ? "" : ", and the hub does not notice");
    }
  }

  /** The hub ends a reader's stream. */
  record End(int reader, CloseReason reason) implements Step {
    @Override
    public String toString() {
      return "the hub ends the stream of reader " + reader + ": " + reason.word();
    }
  }

  /** The hub notices all connections that have broken. */
  record Notice() implements Step {
    @Override
    public String toString() {
      return "the hub notices who has gone";
    }
  }

  /** Event loops do what they have put off. */
  record Turns(int count) implements Step {
    @Override
    public String toString() {
      return count + " turns pass";
    }
  }

  /** All timers fire. */
  record Later() implements Step {
    @Override
    public String toString() {
      return "time passes";
    }
  }

  /** The process lets go of the pages that it holds. */
  record Forget() implements Step {
    @Override
    public String toString() {
      return "no pages are held any more";
    }
  }

  /** The log's owner goes away. */
  record Stop() implements Step {
    @Override
    public String toString() {
      return "the log's owner stops";
    }
  }

  /** The log's owner stops, if it has not, and starts. */
  record Restart(Disk disk) implements Step {
    @Override
    public String toString() {
      return "the log's owner starts again, " + disk.words();
    }
  }

  /** What happens to the log while its owner is away. A log in memory is always a new one. */
  enum Disk {
    KEPT,
    COPIED,
    RESTORED;

    String words() {
      return switch (this) {
        case KEPT -> "with its log";
        case COPIED -> "with its log, after a copy was made";
        case RESTORED -> "with the copy that was made last";
      };
    }
  }
}
