package dev.outpour.cli;

import dev.outpour.cli.hub.HubAnswer;
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
 * One request that carries lines for as long as there are any. Its calls block until the socket has
 * accepted their data, so an event loop must not make them. A call fails if the connection is lost.
 */
final class LineRequest {
  private static final String NDJSON = "application/x-ndjson";
  private static final int PADDING_BYTES = 64 * 1024;

  private final HttpClientRequest request;
  private final Future<HubAnswer> answer;

  /** The line numbers of the blank lines that kept the request open. */
  private final List<Long> blanks = new ArrayList<>();

  private final long openedNanos = System.nanoTime();
  private long lines;
  private long sentNanos = System.nanoTime();

  private LineRequest(HttpClientRequest request) {
    this.request = request;
    // The answer fails, too.
    request.exceptionHandler(broken -> {});
    request.putHeader(HttpHeaders.CONTENT_TYPE, NDJSON).setChunked(true);
    this.answer = request.response().compose(HubAnswer::of);
  }

  /**
   * Opens a request.
   *
   * @param before how many lines earlier requests carried. As many blank lines are sent first: the
   *     hub skips but counts them, so that each line keeps its number, and with it its key
   */
  static LineRequest open(HubClient client, String path, long before) {
    LineRequest request = new LineRequest(client.request(HttpMethod.POST, path).await());
    byte[] padding = new byte[(int) Math.min(before, PADDING_BYTES)];
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

  /** Sends a blank line: the hub skips it, and keeps waiting for more. */
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

  /** The publisher's number of a line that has this number at the hub. */
  long numberOf(long line) {
    return line - blanks.stream().filter(blank -> blank < line).count();
  }

  /** Whether the hub has answered, or the connection is lost. */
  boolean isOver() {
    return answer.isComplete();
  }

  /** Ends the request and waits for the answer. */
  HubAnswer end() {
    if (!answer.isComplete()) {
      request.end().await();
    }
    return answer.await();
  }

  /** Aborts the request. */
  void abandon() {
    request.reset();
  }
}
