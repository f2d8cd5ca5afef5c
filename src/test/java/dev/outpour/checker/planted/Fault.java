package dev.outpour.checker.planted;

/** What is wrong with a hub, now and then. */
public enum Fault {
  /** Nothing. */
  NONE,
  /** An update is missing on the page that is delivered. */
  DROP,
  /** What is written to a reader is written twice. */
  DELIVER_TWICE,
  /** An update is stored twice. */
  STORE_TWICE,
  /** Two updates have changed places in what is written to a reader. */
  SWAP,
  /** A publish is answered before it is stored. */
  ACKNOWLEDGE_EARLY,
  /** An update is delivered before it is stored. */
  DELIVER_EARLY,
  /** After a crash the newest numbers are given again, in the same epoch. */
  REUSE_SEQUENCE,
  /** Who comes back is given from its position on, instead of what follows it. */
  RESUME_AT,
  /** The message that there is something new is lost on the way to an event loop. */
  LOSE_MESSAGE
}
