package dev.outpour.ingest;

import dev.outpour.log.LocalLog;
import dev.outpour.metrics.Metrics;
import dev.outpour.update.Page;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Update;

/** Notifies this process and the followers of the log about commits, and counts them. */
record LogGrowth(LocalLog log, LogService service, Metrics metrics) implements CommitObserver {

  @Override
  public void committed(Page page, long acceptedNanos, long tookNanos) {
    log.health().works();
    if (page.to() > page.from()) {
      metrics.committed(page.updates().size(), dataBytes(page), tookNanos);
    }
    log.takeIn(service.description(), page, acceptedNanos);
  }

  private static long dataBytes(Page page) {
    long bytes = 0;
    for (Update update : page.updates()) {
      bytes += update.data().length();
    }
    return bytes;
  }

  @Override
  public void answered(Page page) {
    if (page.to() > page.from()) {
      log.tell();
      service.grew(page);
    }
  }

  /** Without a refusal, the group may have been stored. */
  @Override
  public Throwable failed(Throwable failure) {
    log.settle(service.description());
    log.health().fails("The log cannot be written");
    return failure instanceof RefusedException ? failure : Refusal.indeterminate().asException();
  }
}
