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
 * The certificate of a configuration, reloaded when its files change, for all event loops of a
 * Vert.x. Thread-safe.
 */
public final class Certificates implements Shareable {

  /** How often the files are checked. */
  private static final long LOOK_MILLIS = 400;

  private final WatchedFiles<PemKeyCertOptions> files;
  private final AtomicLong nextMillis = new AtomicLong(TurnBudget.nowMillis() + LOOK_MILLIS);

  /** The newest change of a server's certificate. */
  private Future<Boolean> change = Future.succeededFuture(false);

  /** Reads the files; blocks. */
  private Certificates(TlsSettings settings) {
    this.files =
        new WatchedFiles<>(
            List.of(settings.certificate(), settings.keyFile()),
            () -> CertificateFiles.read(settings));
  }

  /**
   * The certificate of a Vert.x and a configuration. Fails with a {@link CannotStartException} if
   * the files cannot be used.
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

  /** The current certificate: another object after each change. */
  public PemKeyCertOptions current() {
    return files.value();
  }

  /**
   * Changes the certificate of a server, one change after the other: the listeners of all event
   * loops share a server, and Vert.x recurses without end on two concurrent changes.
   */
  public synchronized Future<Boolean> inTurn(Supplier<Future<Boolean>> next) {
    change = change.transform(before -> next.get());
    return change;
  }

  /** Checks whether the files have changed, unless that was done just now. */
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
