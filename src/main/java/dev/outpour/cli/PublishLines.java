package dev.outpour.cli;

import static dev.outpour.cli.Figures.whole;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Publishes lines of JSON as they come, in one request that lasts as long as there are any. Called
 * by the main thread, which waits for the answer; a thread of its own reads, no faster than the hub
 * takes what is read.
 */
final class PublishLines {
  private static final String NDJSON = "application/x-ndjson";
  private static final int AT_ONCE = 64 * 1024;
  private static final long PROGRESS_MILLIS = 500;

  /** The hub ends the request after a minute without a line. */
  private static final Duration SILENCE = Duration.ofSeconds(20);

  private static final Buffer BLANK = Buffer.buffer("\n");

  private final HubClient client;
  private final String path;
  private final Progress progress;
  private final boolean keepsOpen;
  private long lines;

  /** The numbers that blank lines have at the hub which were sent so that it waits on. */
  private final List<Long> blanks = new ArrayList<>();

  private boolean inLine;
  private long sentNanos = System.nanoTime();

  /**
   * @param keepsOpen whether blank lines may be sent: not where lines have keys by their numbers
   */
  PublishLines(HubClient client, String path, boolean keepsOpen, Progress progress) {
    this.client = client;
    this.path = path;
    this.keepsOpen = keepsOpen;
    this.progress = progress;
  }

  private record Answer(int status, Buffer body) {}

  /**
   * Sends all there is.
   *
   * @return the exit code
   */
  int run(InputStream input) {
    long ticks =
        client
            .vertx()
            .setPeriodic(PROGRESS_MILLIS, tick -> progress.say(whole(lines()) + " lines sent"));
    try {
      Answer answer = send(input).await();
      client.vertx().cancelTimer(ticks);
      progress.end();
      return tell(answer);
    } catch (CommandException e) {
      throw e;
    } catch (Exception e) {
      client.vertx().cancelTimer(ticks);
      progress.end();
      throw client
          .noHub(e)
          .orElseGet(
              () ->
                  CommandException.failed(
                      "The connection broke ("
                          + Printable.of(String.valueOf(e.getMessage()))
                          + ") after "
                          + whole(lines())
                          + " lines: how many of them are stored is not known. With --key they can"
                          + " be sent again, and each is stored once"));
    } finally {
      client.vertx().cancelTimer(ticks);
    }
  }

  private Future<Answer> send(InputStream input) {
    Promise<Answer> answered = Promise.promise();
    client
        .request(HttpMethod.POST, path)
        .onFailure(answered::tryFail)
        .onSuccess(
            request -> {
              request.putHeader(HttpHeaders.CONTENT_TYPE, NDJSON).setChunked(true);
              request
                  .response()
                  .compose(
                      response ->
                          response.body().map(body -> new Answer(response.statusCode(), body)))
                  .onFailure(answered::tryFail)
                  .onSuccess(answered::tryComplete);
              client.vertx().setPeriodic(PROGRESS_MILLIS, tick -> keepOpen(request));
              Thread reader = new Thread(() -> pump(input, request, answered), "lines");
              reader.setDaemon(true);
              reader.start();
            });
    return answered.future();
  }

  /** An answer that comes before the end says that no more is wanted. */
  private void pump(InputStream input, HttpClientRequest request, Promise<Answer> answered) {
    byte[] bytes = new byte[AT_ONCE];
    try {
      for (int n = input.read(bytes);
          n >= 0 && !answered.future().isComplete();
          n = input.read(bytes)) {
        // It completes when the socket has taken the piece.
        send(request, Buffer.buffer(n).appendBytes(bytes, 0, n)).await();
      }
      request.end().await();
    } catch (IOException e) {
      answered.tryFail(
          CommandException.failed("Standard input cannot be read (" + e.getMessage() + ")"));
      request.reset();
    } catch (RuntimeException e) {
      // The connection is gone, or no more is wanted: the answer says so.
      request.reset();
    }
  }

  private synchronized Future<Void> send(HttpClientRequest request, Buffer piece) {
    for (int i = 0; i < piece.length(); i++) {
      inLine = piece.getByte(i) != '\n';
      lines += inLine ? 0 : 1;
    }
    sentNanos = System.nanoTime();
    return request.write(piece);
  }

  /** A blank line is none for the hub, but tells it that more may come. */
  private synchronized void keepOpen(HttpClientRequest request) {
    if (keepsOpen && !inLine && System.nanoTime() - sentNanos > SILENCE.toNanos()) {
      blanks.add(lines + blanks.size() + 1);
      sentNanos = System.nanoTime();
      request.write(BLANK);
    }
  }

  private synchronized long lines() {
    return lines;
  }

  /** Which of the lines that were read the hub means by a number. */
  private synchronized long numberOf(long line) {
    return line - blanks.stream().filter(blank -> blank < line).count();
  }

  private int tell(Answer answer) {
    if (answer.status() == 200) {
      System.out.println(stored(answer.body().toJsonObject()));
      return 0;
    }
    Refused refused = Refused.of(answer.status(), answer.body());
    Integer line = refused.problem().getInteger("line");
    String where = line == null ? "" : "Line " + whole(numberOf(line)) + ": ";
    String before = refused.problem().containsKey("count") ? "; " + stored(refused.problem()) : "";
    throw CommandException.failed(where + refused.detail() + before);
  }

  private static String stored(JsonObject receipt) {
    long count = receipt.getLong("count", 0L);
    @Nullable String first = receipt.getString("first");
    return whole(count)
        + " stored"
        + (first == null ? "" : ", " + Printable.of(first + " to " + receipt.getString("last")));
  }
}
