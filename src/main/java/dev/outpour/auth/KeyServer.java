package dev.outpour.auth;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that a server publishes as a JWK set. They are asked for now and then, and when a token
 * names a key that is not among them, for that not more often than every {@value #LEAST_MILLIS} ms.
 * If the server is away or has none, those it had stay. For use on one event loop, but for {@link
 * #isKnown}.
 */
final class KeyServer {

  static final long LEAST_MILLIS = 30_000;

  /** While it was never reached, since nobody can be let in until then. */
  private static final long LEAST_MILLIS_UNKNOWN = 1_000;

  private static final Logger log = LoggerFactory.getLogger(KeyServer.class);
  private static final long REFRESH_MILLIS = TimeUnit.MINUTES.toMillis(5);
  private static final long RETRY_MILLIS = 5_000;
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_KEYS = 100;

  private final Vertx vertx;
  private final String url;
  private final HttpClient client;
  private final Consumer<List<SigningKey>> onChange;
  private Future<Void> underWay = Future.succeededFuture();
  private List<SigningKey> keys = List.of();
  private volatile boolean known;
  private boolean away;
  private long askedMillis;
  private long soughtMillis = nowMillis() - LEAST_MILLIS;

  /**
   * @param onChange told each time when there are keys
   */
  KeyServer(Vertx vertx, String url, Consumer<List<SigningKey>> onChange) {
    this.url = url;
    this.client = vertx.createHttpClient();
    this.onChange = onChange;
    this.vertx = vertx;
  }

  /** Asks for the first time, and now and then from then on; never fails. */
  Future<Void> start() {
    vertx.setPeriodic(
        RETRY_MILLIS,
        tick -> {
          if (away || nowMillis() - askedMillis >= REFRESH_MILLIS) {
            ask();
          }
        });
    return ask();
  }

  /** The keys as they were published last. */
  List<SigningKey> keys() {
    return keys;
  }

  /** Whether it has ever been reached. */
  boolean isKnown() {
    return known;
  }

  /** Asks for a key that is not known, unless that was done lately; never fails. */
  Future<Void> seek() {
    if (nowMillis() - soughtMillis < (known ? LEAST_MILLIS : LEAST_MILLIS_UNKNOWN)) {
      return underWay;
    }
    soughtMillis = nowMillis();
    return ask();
  }

  private static long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  /** Asks; never fails. */
  Future<Void> ask() {
    if (!underWay.isComplete()) {
      return underWay;
    }
    askedMillis = nowMillis();
    underWay =
        client
            .request(
                new RequestOptions()
                    .setMethod(HttpMethod.GET)
                    .setAbsoluteURI(url)
                    .setFollowRedirects(false)
                    .setTimeout(RETRY_MILLIS))
            .compose(HttpClientRequest::send)
            .compose(KeyServer::body)
            .timeout(2 * RETRY_MILLIS, TimeUnit.MILLISECONDS)
            .map(KeyServer::read)
            .onSuccess(this::learn)
            .onFailure(this::missed)
            .<Void>mapEmpty()
            .otherwiseEmpty();
    return underWay;
  }

  private static Future<Buffer> body(HttpClientResponse response) {
    Promise<Buffer> whole = Promise.promise();
    response.exceptionHandler(whole::tryFail);
    if (response.statusCode() != 200) {
      response.request().reset();
      return Future.failedFuture("it answers " + response.statusCode());
    }
    Buffer body = Buffer.buffer();
    response.endHandler(end -> whole.tryComplete(body));
    response.handler(
        chunk -> {
          if (body.length() + chunk.length() <= MOST_BYTES) {
            body.appendBuffer(chunk);
          } else if (whole.tryFail("it answers with more than " + MOST_BYTES + " bytes")) {
            response.request().reset();
          }
        });
    return whole.future();
  }

  /** Keys of kinds that are unknown here are left out, and secrets: what is published is none. */
  private static List<SigningKey> read(Buffer body) {
    List<SigningKey> keys = new ArrayList<>();
    for (JWK jwk : KeyFile.jwks(body.toString(StandardCharsets.UTF_8))) {
      if (!(jwk instanceof OctetSequenceKey) && keys.size() < MOST_KEYS) {
        try {
          keys.add(SigningKey.of(jwk));
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

  private void learn(List<SigningKey> published) {
    if (away) {
      log.info("The key server is reached again: {}", url);
    }
    keys = published;
    known = true;
    away = false;
    onChange.accept(published);
  }

  private void missed(Throwable cause) {
    if (!away) {
      log.warn("The keys at {} cannot be had, trying on: {}", url, cause.getMessage());
    }
    away = true;
  }
}
