package dev.outpour.http;

import dev.outpour.update.RefusedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what publishers' requests say, and remembers what was said lately, up to a bound: a
 * publisher says the same with each of its updates, but for a key. For use on one event loop.
 */
final class Publications {

  private static final int MOST_REMEMBERED = 1024;

  /** A head that is longer is read anew each time. */
  private static final int MOST_CHARACTERS = 512;

  private record Said(@Nullable String query, @Nullable String contentType) {

    int length() {
      return (query == null ? 0 : query.length())
          + (contentType == null ? 0 : contentType.length());
    }
  }

  private final Map<Said, Publication> known = new LinkedHashMap<>(64, 0.75f, true);

  /**
   * Reads the head of a request.
   *
   * @throws RefusedException as {@link Publication#of} does
   */
  Publication of(HttpServerRequest request) {
    if (request.getHeader(Publication.KEY_HEADER) != null
        || request.getHeader(HttpHeaders.CONTENT_ENCODING) != null) {
      return Publication.of(request);
    }
    Said said = new Said(request.query(), request.getHeader(HttpHeaders.CONTENT_TYPE));
    Publication remembered = known.get(said);
    if (remembered != null) {
      return remembered;
    }
    Publication read = Publication.of(request);
    if (read.key().isEmpty() && read.token().isEmpty() && said.length() <= MOST_CHARACTERS) {
      remember(said, read);
    }
    return read;
  }

  private void remember(Said said, Publication read) {
    if (known.size() == MOST_REMEMBERED) {
      known.remove(known.keySet().iterator().next());
    }
    known.put(said, read);
  }
}
