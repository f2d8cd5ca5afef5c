package dev.outpour.cli;

import dev.outpour.cli.hub.Backoff;
import dev.outpour.cli.hub.CommandException;
import dev.outpour.cli.hub.ErrorAnswer;
import dev.outpour.cli.hub.HubClient;
import dev.outpour.cli.terminal.NumberFormat;
import dev.outpour.cli.terminal.PrintableText;
import dev.outpour.sse.EventBlock;
import dev.outpour.sse.EventParser;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows an event stream of a hub across connections: each goes on after the last id that came.
 *
 * <p>It ends when the hub says that nothing more will come, when it refuses, when so many updates
 * have come as were asked for, or when nobody reads what is printed. Before there has been a
 * connection it does not try again. For one event loop, that of its client.
 */
final class EventFollower {

  /** The hub speaks at least every 15 s. */
  private static final long SILENCE_MILLIS = 45_000;

  private static final String WORD = "outpour.";
  private static final String POSITION = WORD + "position";
  private static final String CLOSING = WORD + "closing";
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;

  private final HubClient client;
  private final String path;
  private final String begin;
  private final EventPrinter printer;
  private final Consumer<String> say;
  private final Promise<Integer> ended = Promise.promise();
  private final Backoff pauses = new Backoff(ThreadLocalRandom.current());
  private long left;
  private @Nullable String lastId;

  /** What this connection began with. */
  private @Nullable String sentId;

  private long begunMillis;
  private boolean known;
  private int retryMillis;
  private long silence = -1;

  /**
   * @param path the path and query of the stream
   * @param begin what is added to the query until an id has come
   * @param count after how many updates it ends
   * @param say told of the connection, in words for people
   */
  EventFollower(
      HubClient client,
      String path,
      String begin,
      EventPrinter printer,
      long count,
      Consumer<String> say) {
    this.client = client;
    this.path = path;
    this.begin = begin;
    this.printer = printer;
    this.left = count;
    this.say = say;
  }

  /**
   * Begins.
   *
   * @return the exit code at the end; fails with what is to be told
   */
  Future<Integer> run() {
    client.vertx().runOnContext(turn -> connect());
    return ended.future();
  }

  private void connect() {
    sentId = lastId;
    begunMillis = nowMillis();
    client
        .request(HttpMethod.GET, lastId == null ? path + begin : path)
        .compose(
            request -> {
              if (lastId != null) {
                request.putHeader("Last-Event-ID", lastId);
              }
              watch(request);
              return request.send().onSuccess(response -> take(request, response));
            })
        .onFailure(this::failed);
  }

  private void failed(Throwable failure) {
    CommandException hopeless = known ? null : client.noHub(failure).orElse(null);
    if (hopeless != null) {
      ended.tryFail(hopeless);
    } else {
      again("The hub cannot be reached (" + failure.getMessage() + ")");
    }
  }

  private void take(HttpClientRequest request, HttpClientResponse response) {
    known = true;
    if (response.statusCode() == NO_CONTENT) {
      unwatch();
      say.accept("Nothing more will come: the topics have ended");
      ended.tryComplete(0);
    } else if (response.statusCode() == OK) {
      follow(request, response);
    } else {
      response
          .body()
          .map(body -> ErrorAnswer.of(response.statusCode(), body))
          .onFailure(this::failed)
          .onSuccess(
              refused -> {
                if (refused.isPassing()) {
                  again(refused.detail());
                } else {
                  unwatch();
                  ended.tryFail(CommandException.failed(refused.detail()));
                }
              });
    }
  }

  private void follow(HttpClientRequest request, HttpClientResponse response) {
    retryMillis = 0;
    EventParser parser = new EventParser(block -> take(request, block));
    watch(request);
    response
        .handler(
            bytes -> {
              watch(request);
              byte[] all = bytes.getBytes();
              try {
                parser.feed(all, 0, all.length);
              } catch (RuntimeException e) {
                // The parser cannot go on in the middle of what it was taking.
                unwatch();
                ended.tryFail(e);
                request.connection().close();
              }
            })
        .exceptionHandler(broken -> again("The connection broke"))
        .endHandler(over -> again("The stream has ended"));
  }

  /** A connection that says nothing for long is dead, whatever the kernel believes. */
  private void watch(HttpClientRequest request) {
    unwatch();
    silence = client.vertx().setTimer(SILENCE_MILLIS, silent -> request.connection().close());
  }

  private void unwatch() {
    client.vertx().cancelTimer(silence);
  }

  private void take(HttpClientRequest request, EventBlock block) {
    if (ended.future().isComplete()) {
      return;
    }
    String name = block.name();
    if (isProgress(block, name)) {
      pauses.reset();
    }
    retryMillis = block.retryMillis() >= 0 ? block.retryMillis() : retryMillis;
    if (block.hasData()) {
      String data =
          new String(
              block.data(),
              block.dataFrom(),
              block.dataTo() - block.dataFrom(),
              StandardCharsets.UTF_8);
      if (name.equals(POSITION)) {
        // It is an id and nothing to show.
      } else if (name.startsWith(WORD)) {
        String id = block.hasId() ? block.id() : "";
        say.accept(HubWords.of(name.substring(WORD.length()), data, id));
      } else {
        boolean read = printer.print(block.hasId() ? block.id() : "", data);
        if (--left == 0 || !read) {
          ended.tryComplete(0);
          request.connection().close();
        }
      }
    }
    // Only now: an id says that all up to it was taken.
    if (block.hasId()) {
      lastId = block.id();
    }
  }

  /**
   * Whether a block shows that the hub serves this stream: a hub that is full, or knows no place
   * yet, repeats what was sent to it.
   */
  private boolean isProgress(EventBlock block, String name) {
    return !name.equals(CLOSING)
        && (block.hasId() ? !block.id().equals(sentId) : block.hasData() && !name.startsWith(WORD));
  }

  private static long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  private void again(String trouble) {
    unwatch();
    if (ended.future().isComplete()) {
      return;
    }
    if (nowMillis() - begunMillis > Backoff.LONGEST_MILLIS) {
      pauses.reset();
    }
    long pause = Math.max(pauses.nextMillis(), retryMillis);
    say.accept(
        PrintableText.of(trouble)
            + "; trying again in "
            + NumberFormat.exact(pause / (double) TimeUnit.SECONDS.toMillis(1))
            + " s");
    client.vertx().setTimer(pause, waited -> connect());
  }
}
