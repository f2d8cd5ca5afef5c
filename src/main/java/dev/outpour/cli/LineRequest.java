package dev.outpour.cli;

import dev.outpour.cli.hub.HubClient;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One request that takes lines as long as there are any. Its calls wait until the socket has taken
 * what they send, so they are for no event loop; a failed one says that the connection is gone.
 */
final class LineRequest {
  private static final String NDJSON = "application/x-ndjson";
  private static final int PADDING_AT_ONCE = 64 * 1024;

  /** What the hub says in the end, or before, when it wants no more. */
  record Answer(int status, Buffer body) {}

  private final HttpClientRequest request;
  private final Future<Answer> answer;

  /** The numbers that blank lines have at the hub which were sent so that it waits on. */
  private final List<Long> blanks = new ArrayList<>();

  private final long openedNanos = System.nanoTime();
  private long lines;
  private long sentNanos = System.nanoTime();

  private LineRequest(HttpClientRequest request) {
    this.request = request;
    // The answer tells of it, too.
    request.exceptionHandler(broken -> {});
    request.putHeader(HttpHeaders.CONTENT_TYPE, NDJSON).setChunked(true);
    this.answer =
        request
            .response()
            .compose(
                response -> response.body().map(body -> new Answer(response.statusCode(), body)));
  }

  /**
   * Begins one.
   *
   * @param before how many lines went before in other requests: the hub skips blank lines, and
   *     counts them, so that a line has the same number, and key, in each
   */
  static LineRequest open(HubClient client, String path, long before) {
    LineRequest request = new LineRequest(client.request(HttpMethod.POST, path).await());
    byte[] padding = new byte[(int) Math.min(before, PADDING_AT_ONCE)];
    Arrays.fill(padding, (byte) '\n');
    for (long left = before; left > 0; left -= padding.length) {
      request.send(Arrays.copyOf(padding, (int) Math.min(left, padding.length)));
    }
    return request;
  }

  void send(byte[] bytes) {
    sentNanos = System.nanoTime();
    for (byte each : bytes) {
      lines += each == '\n' ? 1 : 0;
    }
    request.write(Buffer.buffer(bytes)).await();
  }

  /** A blank line is none for the hub, but tells it that more may come. */
  void sendBlank() {
    blanks.add(lines + 1);
    send(new byte[] {'\n'});
  }

  long ageNanos() {
    return System.nanoTime() - openedNanos;
  }

  long silentNanos() {
    return System.nanoTime() - sentNanos;
  }

  /** Which of the lines that were sent the hub means by a number. */
  long numberOf(long line) {
    return line - blanks.stream().filter(blank -> blank < line).count();
  }

  /** Whether the hub has said all it will, or the connection has gone. */
  boolean isOver() {
    return answer.isComplete();
  }

  /** Ends it; what the hub answers. */
  Answer end() {
    if (!answer.isComplete()) {
      request.end().await();
    }
    return answer.await();
  }

  /** Gives it up. */
  void abandon() {
    request.reset();
  }
}
