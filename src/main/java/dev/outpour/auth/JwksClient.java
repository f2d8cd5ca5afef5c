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
 * Fetches the keys that a key server publishes as a JWK set: periodically, and when a token needs
 * an unknown key. The latter happens at most every {@value #PAUSE_MILLIS} ms, once for all waiting
 * tokens. A fetch times out after {@value #MOST_MILLIS} ms. If a fetch fails, the old keys stay.
 *
 * <p>The client is confined to one event loop. Fetches block a thread of their own.
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
  private Future<Boolean> current = Future.succeededFuture(true);

  /** The next fetch, for tokens that arrived during the current one; null if there are none. */
  private @Nullable Promise<Boolean> next;

  private JWKSet published = new JWKSet();
  private List<VerificationKey> keys = List.of();
  private boolean away;
  private long startedMillis = nowMillis() - PAUSE_MILLIS;

  /**
   * @param onChange called with the new keys after every change
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

  /** Fetches the keys, and schedules further fetches. The future never fails. */
  Future<Boolean> start() {
    vertx.setPeriodic(
        PAUSE_MILLIS,
        tick -> {
          if (away || nowMillis() - startedMillis >= REFRESH_MILLIS) {
            fetch();
          }
        });
    return fetch();
  }

  /** The keys that were published last. */
  List<VerificationKey> keys() {
    return keys;
  }

  /**
   * Fetches the keys because one is unknown. The future never fails.
   *
   * @return whether the server answered a fetch that started after this call
   */
  Future<Boolean> seek() {
    Promise<Boolean> promise = next;
    if (promise == null) {
      promise = Promise.promise();
      next = promise;
      begin(promise, current, startedMillis + PAUSE_MILLIS - nowMillis());
    }
    return promise.future();
  }

  private void begin(Promise<Boolean> promise, Future<Boolean> before, long pauseMillis) {
    Future<?> paused =
        pauseMillis <= 0
            ? Future.succeededFuture()
            : vertx.timer(pauseMillis, TimeUnit.MILLISECONDS);
    paused
        .eventually(() -> before)
        .onComplete(
            over -> {
              // Another reason may have started it meanwhile.
              if (next == promise) {
                fetch();
              }
            });
  }

  private static long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  /** Fetches the keys, or joins the current fetch. The future never fails. */
  Future<Boolean> fetch() {
    if (!current.isComplete()) {
      return current;
    }
    startedMillis = nowMillis();
    Promise<Boolean> promise = next == null ? Promise.promise() : next;
    next = null;
    current = promise.future();
    thread
        .executeBlocking(this::retrieve)
        .onComplete(
            ended -> {
              if (ended.succeeded()) {
                learn(ended.result());
              } else {
                failed(ended.cause());
              }
              promise.complete(ended.succeeded());
            });
    return current;
  }

  private record Published(JWKSet set, List<VerificationKey> keys) {}

  private Published retrieve() throws KeySourceException {
    JWKSet set =
        source.getJWKSet(
            JWKSetCacheRefreshEvaluator.forceRefresh(), System.currentTimeMillis(), null);
    return new Published(set, usable(set));
  }

  /** Skips keys of an unsupported type, and secrets, since a published key is not secret. */
  private static List<VerificationKey> usable(JWKSet set) {
    List<VerificationKey> keys = new ArrayList<>();
    for (JWK jwk : set.getKeys()) {
      if (!(jwk instanceof OctetSequenceKey) && keys.size() < MOST_KEYS) {
        try {
          keys.add(VerificationKey.of(jwk));
        } catch (IllegalArgumentException e) {
          log.debug("Ignoring a key of the key server: it {}", e.getMessage());
        }
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("it has no usable key");
    }
    return keys;
  }

  private void learn(Published now) {
    if (away) {
      log.info("The key server answers again: {}", url);
    }
    away = false;
    if (!now.set().equals(published)) {
      published = now.set();
      keys = now.keys();
      onChange.accept(keys);
    }
  }

  private void failed(Throwable cause) {
    if (cause.getCause() instanceof InterruptedIOException) {
      log.debug("A fetch ended because the hub stops", cause);
      return;
    }
    if (!away) {
      log.warn("Could not fetch the keys from {}, and retrying: {}", url, cause.getMessage());
    }
    away = true;
  }
}
