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
 * Reads what publishers' requests say, and remembers what was said lately, up to a bound: a
 * publisher says the same with each of its updates, but for a key. For use on one event loop.
 */
final class PublishRequestCache {

  private static final int MOST_REMEMBERED = 1024;

  /** A head that is longer is read anew each time. */
  private static final int MOST_CHARACTERS = 512;

  private record Said(@Nullable String query, @Nullable String contentType) {

    int length() {
      return (query == null ? 0 : query.length())
          + (contentType == null ? 0 : contentType.length());
    }
  }

  private final Map<Said, PublishRequest> known = new LinkedHashMap<>(64, 0.75f, true);
  private final SegmentLimit segments;
  private final Metrics metrics;

  PublishRequestCache(SegmentLimit segments, Metrics metrics) {
    this.segments = segments;
    this.metrics = metrics;
  }

  /**
   * Reads the head of a request.
   *
   * @throws RefusedException as {@link PublishRequest#of} does, and with status 400 if a topic has
   *     too many segments
   */
  PublishRequest of(HttpServerRequest request) {
    if (request.getHeader(PublishRequest.KEY_HEADER) != null
        || request.getHeader(HttpHeaders.CONTENT_ENCODING) != null) {
      return read(request);
    }
    Said said = new Said(request.query(), request.getHeader(HttpHeaders.CONTENT_TYPE));
    PublishRequest remembered = known.get(said);
    if (remembered != null) {
      return remembered;
    }
    PublishRequest read = read(request);
    if (read.key().isEmpty() && read.token().isEmpty() && said.length() <= MOST_CHARACTERS) {
      remember(said, read);
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

  private void remember(Said said, PublishRequest read) {
    if (known.size() == MOST_REMEMBERED) {
      known.remove(known.keySet().iterator().next());
    }
    known.put(said, read);
  }
}
