package dev.outpour.http.connection;

import dev.outpour.files.WatchedFiles;
import dev.outpour.loop.PerVertx;
import dev.outpour.loop.TurnBudget;
import dev.outpour.settings.CannotStartException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.shareddata.Shareable;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The certificate of a configuration, read again when its files change, for all event loops of a
 * Vert.x. Any thread may call it.
 */
public final class Certificates implements Shareable {

  /** How soon it is noticed that a file has changed. */
  private static final long LOOK_MILLIS = 400;

  private final WatchedFiles<PemKeyCertOptions> files;
  private final AtomicLong nextMillis = new AtomicLong(TurnBudget.nowMillis() + LOOK_MILLIS);

  /** The newest change of what a server shows. */
  private Future<Boolean> change = Future.succeededFuture(false);

  /** It blocks. */
  private Certificates(TlsSettings settings) {
    this.files =
        new WatchedFiles<>(
            List.of(settings.certificate(), settings.keyFile()),
            () -> CertificateFiles.read(settings));
  }

  /**
   * The one of a Vert.x and a configuration; fails with a {@link CannotStartException} if the files
   * cannot be used.
   */
  public static Future<Certificates> of(Vertx vertx, TlsSettings settings) {
    return vertx
        .executeBlocking(
            () ->
                PerVertx.get(
                    vertx,
                    Certificates.class,
                    settings.toString(),
                    () -> new Certificates(settings)))
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof IllegalArgumentException
                        ? new CannotStartException(
                            "http.tlsCertificate: " + failure.getMessage(), failure)
                        : failure));
  }

  /** The one that holds: another each time when that has changed. */
  public PemKeyCertOptions current() {
    return files.value();
  }

  /**
   * Has a server show another certificate, after whatever was asked before: the listeners of all
   * event loops share a server, and Vert.x calls itself without end where two changes of one meet.
   */
  public synchronized Future<Boolean> inTurn(Supplier<Future<Boolean>> next) {
    change = change.transform(before -> next.get());
    return change;
  }

  /** Looks whether the files have changed, if nobody has done so of late. */
  public void look(Vertx vertx) {
    long now = TurnBudget.nowMillis();
    long next = nextMillis.get();
    if (now - next >= 0 && nextMillis.compareAndSet(next, now + LOOK_MILLIS)) {
      vertx.executeBlocking(
          () -> {
            synchronized (files) {
              return files.reload();
            }
          });
    }
  }
}
