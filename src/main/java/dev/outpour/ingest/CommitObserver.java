package dev.outpour.ingest;

import dev.outpour.update.Page;

/** Observes the groups of a {@link GroupCommit}, before and after their publishers get answers. */
interface CommitObserver {

  /**
   * A group was committed. Its publishers have no answers yet.
   *
   * @param acceptedNanos when the first update of the group was accepted
   * @param tookNanos how long the write took
   */
  void committed(Page page, long acceptedNanos, long tookNanos);

  /** The publishers of a committed group have their answers. */
  void answered(Page page);

  /**
   * A group could not be written, or may not have been written.
   *
   * @return the failure for its publishers
   */
  Throwable failed(Throwable failure);
}
