package dev.outpour.http.publish;

import dev.outpour.metrics.Limit;
import dev.outpour.metrics.Metrics;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.SegmentLimit;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Parses the heads of publish requests, and caches the recent ones: a publisher usually sends the
 * same head, except for a key, with each update. For use on one event loop.
 */
final class PublishRequestCache {

  private static final int MAX_ENTRIES = 1024;

  /** A longer head is not cached. */
  private static final int MAX_CHARACTERS = 512;

  private record Head(@Nullable String query, @Nullable String contentType) {

    int length() {
      return (query == null ? 0 : query.length())
          + (contentType == null ? 0 : contentType.length());
    }
  }

  private final Map<Head, PublishRequest> known = new LinkedHashMap<>(64, 0.75f, true);
  private final SegmentLimit segments;
  private final Metrics metrics;

  PublishRequestCache(SegmentLimit segments, Metrics metrics) {
    this.segments = segments;
    this.metrics = metrics;
  }

  /**
   * Parses the head of a request.
   *
   * @throws RefusedException as {@link PublishRequest#of} does, and with status 400 if a topic has
   *     too many segments
   */
  PublishRequest of(HttpServerRequest request) {
    if (request.getHeader(PublishRequest.KEY_HEADER) != null
        || request.getHeader(HttpHeaders.CONTENT_ENCODING) != null) {
      return read(request);
    }
    Head text = new Head(request.query(), request.getHeader(HttpHeaders.CONTENT_TYPE));
    PublishRequest cached = known.get(text);
    if (cached != null) {
      return cached;
    }
    PublishRequest read = read(request);
    if (read.key().isEmpty() && read.token().isEmpty() && text.length() <= MAX_CHARACTERS) {
      remember(text, read);
    }
    return read;
  }

  private PublishRequest read(HttpServerRequest request) {
    PublishRequest read = PublishRequest.of(request);
    Optional<Refusal> refusal = segments.refusal(read.topics());
    if (refusal.isPresent()) {
      metrics.limited(Limit.SEGMENTS);
      throw refusal.get().asException();
    }
    return read;
  }

  private void remember(Head text, PublishRequest read) {
    if (known.size() == MAX_ENTRIES) {
      known.remove(known.keySet().iterator().next());
    }
    known.put(text, read);
  }
}
