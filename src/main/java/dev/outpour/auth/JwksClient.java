package dev.outpour.auth;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.URLBasedJWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.InterruptedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that a server publishes as a JWK set. They are fetched now and then, and when a token
 * needs one that is not among them, for that not more often than every {@value #PAUSE_MILLIS} ms
 * and once for all who wait. A fetch ends within {@value #MOST_MILLIS} ms. If the server is away or
 * has none, those it had stay. For use on one event loop; fetches block a thread of their own.
 */
final class JwksClient {

  static final long PAUSE_MILLIS = 5_000;

  private static final Logger log = LoggerFactory.getLogger(JwksClient.class);
  private static final long REFRESH_MILLIS = TimeUnit.MINUTES.toMillis(5);
  private static final int MOST_MILLIS = 10_000;
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_KEYS = 100;

  private final Vertx vertx;
  private final String url;
  private final WorkerExecutor thread;
  private final JWKSetSource<SecurityContext> source;
  private final Consumer<List<VerificationKey>> onChange;
  private Future<Boolean> underWay = Future.succeededFuture(true);

  /** What those wait for who came when the one under way had begun; null if there are none. */
  private @Nullable Promise<Boolean> next;

  private JWKSet published = new JWKSet();
  private List<VerificationKey> keys = List.of();
  private boolean away;
  private long begunMillis = nowMillis() - PAUSE_MILLIS;

  /**
   * @param onChange told each time when the keys have changed
   */
  JwksClient(Vertx vertx, String url, Consumer<List<VerificationKey>> onChange) {
    this.vertx = vertx;
    this.url = url;
    this.thread = vertx.createSharedWorkerExecutor("outpour-key-server", 1);
    this.source =
        new URLBasedJWKSetSource<>(address(url), new JwksRetriever(MOST_MILLIS, MOST_BYTES));
    this.onChange = onChange;
  }

  private static URL address(String url) {
    try {
      return new URL(url);
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("jwksUrl: " + e.getMessage(), e);
    }
  }

  /** Fetches for the first time, and now and then from then on; never fails. */
  Future<Boolean> start() {
    vertx.setPeriodic(
        PAUSE_MILLIS,
        tick -> {
          if (away || nowMillis() - begunMillis >= REFRESH_MILLIS) {
            fetch();
          }
        });
    return fetch();
  }

  /** The keys as they were published last. */
  List<VerificationKey> keys() {
    return keys;
  }

  /**
   * Looks for a key that is not known; never fails.
   *
   * @return whether the server has answered a fetch that began after this call
   */
  Future<Boolean> seek() {
    Promise<Boolean> waited = next;
    if (waited == null) {
      waited = Promise.promise();
      next = waited;
      begin(waited, underWay, begunMillis + PAUSE_MILLIS - nowMillis());
    }
    return waited.future();
  }

  private void begin(Promise<Boolean> waited, Future<Boolean> before, long pauseMillis) {
    Future<?> paused =
        pauseMillis <= 0
            ? Future.succeededFuture()
            : vertx.timer(pauseMillis, TimeUnit.MILLISECONDS);
    paused
        .eventually(() -> before)
        .onComplete(
            over -> {
              // Unless it was begun for another reason meanwhile.
              if (next == waited) {
                fetch();
              }
            });
  }

  private static long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  /** Fetches, unless that is under way; never fails. */
  Future<Boolean> fetch() {
    if (!underWay.isComplete()) {
      return underWay;
    }
    begunMillis = nowMillis();
    Promise<Boolean> waited = next == null ? Promise.promise() : next;
    next = null;
    underWay = waited.future();
    thread
        .executeBlocking(this::retrieve)
        .onComplete(
            ended -> {
              if (ended.succeeded()) {
                learn(ended.result());
              } else {
                missed(ended.cause());
              }
              waited.complete(ended.succeeded());
            });
    return underWay;
  }

  private record Published(JWKSet set, List<VerificationKey> keys) {}

  private Published retrieve() throws KeySourceException {
    JWKSet set =
        source.getJWKSet(
            JWKSetCacheRefreshEvaluator.forceRefresh(), System.currentTimeMillis(), null);
    return new Published(set, usable(set));
  }

  /** Keys of kinds that are unknown here are left out, and secrets: what is published is none. */
  private static List<VerificationKey> usable(JWKSet set) {
    List<VerificationKey> keys = new ArrayList<>();
    for (JWK jwk : set.getKeys()) {
      if (!(jwk instanceof OctetSequenceKey) && keys.size() < MOST_KEYS) {
        try {
          keys.add(VerificationKey.of(jwk));
        } catch (IllegalArgumentException e) {
          log.debug("A key of the key server is left out: it {}", e.getMessage());
        }
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("it has no key that can be used");
    }
    return keys;
  }

  private void learn(Published now) {
    if (away) {
      log.info("The key server is reached again: {}", url);
    }
    away = false;
    if (!now.set().equals(published)) {
      published = now.set();
      keys = now.keys();
      onChange.accept(keys);
    }
  }

  private void missed(Throwable cause) {
    if (cause.getCause() instanceof InterruptedIOException) {
      log.debug("A fetch has ended with the hub", cause);
      return;
    }
    if (!away) {
      log.warn("The keys at {} cannot be fetched, trying again: {}", url, cause.getMessage());
    }
    away = true;
  }
}
