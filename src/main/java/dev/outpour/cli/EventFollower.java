package dev.outpour.cli;

import dev.outpour.cli.hub.CommandException;
import dev.outpour.cli.hub.HubAnswer;
import dev.outpour.cli.hub.HubClient;
import dev.outpour.cli.hub.Retry;
import dev.outpour.cli.hub.TemporaryFailureException;
import dev.outpour.cli.terminal.NumberFormat;
import dev.outpour.sse.EventBlock;
import dev.outpour.sse.EventParser;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows an event stream across connections: each resumes after the last id received.
 *
 * <p>It ends when the hub answers that the topics have ended, when the hub refuses, after the
 * wanted number of updates, or when standard output is closed. It retries only once the hub was
 * reached. Confined to its client's event loop.
 */
final class EventFollower {

  /** The hub sends something at least every 15 s. */
  private static final long SILENCE_MILLIS = 45_000;

  private static final String PREFIX = "outpour.";
  private static final String POSITION = PREFIX + "position";
  private static final String CLOSING = PREFIX + "closing";

  private final HubClient client;
  private final String path;
  private final String firstPath;
  private final EventPrinter printer;
  private final Consumer<String> say;
  private final Promise<Integer> ended = Promise.promise();
  private final Retry retry;
  private long left;
  private @Nullable String lastId;

  /** The id with which this connection began. */
  private @Nullable String sentId;

  private long beganNanos;
  private int retryMillis;
  private long silence = -1;

  /**
   * @param path the path and query of the stream
   * @param firstPath the path and query to use until an id was received
   * @param count after how many updates to end
   * @param say receives lines about the connection, for people
   */
  EventFollower(
      HubClient client,
      String path,
      String firstPath,
      EventPrinter printer,
      long count,
      Consumer<String> say) {
    this.client = client;
    this.path = path;
    this.firstPath = firstPath;
    this.printer = printer;
    this.left = count;
    this.say = say;
    this.retry = Retry.unlimited(client);
  }

  /**
   * Connects.
   *
   * @return the exit code at the end; fails with the exception to report
   */
  Future<Integer> run() {
    client.vertx().runOnContext(turn -> connect());
    return ended.future();
  }

  private void connect() {
    sentId = lastId;
    beganNanos = System.nanoTime();
    client
        .request(HttpMethod.GET, lastId == null ? firstPath : path)
        .compose(
            request -> {
              if (lastId != null) {
                request.putHeader("Last-Event-ID", lastId);
              }
              watch(request);
              return request.send().onSuccess(response -> receive(request, response));
            })
        .onFailure(this::failed);
  }

  private void failed(Throwable failure) {
    try {
      again(retry.describe(failure), failure);
    } catch (CommandException e) {
      ended.tryFail(e);
    }
  }

  private void receive(HttpClientRequest request, HttpClientResponse response) {
    retry.reached();
    if (response.statusCode() == HttpResponseStatus.NO_CONTENT.code()) {
      unwatch();
      say.accept("The topics have ended: no more updates will arrive");
      ended.tryComplete(0);
    } else if (response.statusCode() == HttpResponseStatus.OK.code()) {
      follow(request, response);
    } else {
      HubAnswer.of(response).onFailure(this::failed).onSuccess(this::refused);
    }
  }

  private void refused(HubAnswer answer) {
    if (answer.isTemporary()) {
      failed(answer.temporary());
    } else {
      unwatch();
      ended.tryFail(CommandException.failed(answer.detail()));
    }
  }

  private void follow(HttpClientRequest request, HttpClientResponse response) {
    retryMillis = 0;
    EventParser parser = new EventParser(block -> receive(request, block));
    watch(request);
    response
        .handler(
            bytes -> {
              watch(request);
              byte[] all = bytes.getBytes();
              try {
                parser.feed(all, 0, all.length);
              } catch (RuntimeException e) {
                // The parser cannot resume in the middle of a block.
                unwatch();
                ended.tryFail(e);
                request.connection().close();
              }
            })
        .exceptionHandler(broken -> failed(temporary("The connection broke")))
        .endHandler(over -> failed(temporary("The stream ended")));
  }

  /** A connection without any bytes for long is dead, even if the kernel considers it open. */
  private void watch(HttpClientRequest request) {
    unwatch();
    silence = client.vertx().setTimer(SILENCE_MILLIS, silent -> request.connection().close());
  }

  private void unwatch() {
    client.vertx().cancelTimer(silence);
  }

  private void receive(HttpClientRequest request, EventBlock block) {
    if (ended.future().isComplete()) {
      return;
    }
    String name = block.name();
    if (isProgress(block, name)) {
      retry.succeeded();
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
        // It carries only an id.
      } else if (name.startsWith(PREFIX)) {
        String id = block.hasId() ? block.id() : "";
        say.accept(HubWords.of(name.substring(PREFIX.length()), data, id));
      } else {
        boolean printed = printer.print(block.hasId() ? block.id() : "", data);
        if (--left == 0 || !printed) {
          ended.tryComplete(0);
          request.connection().close();
        }
      }
    }
    // Only now: the id acknowledges everything up to it.
    if (block.hasId()) {
      lastId = block.id();
    }
  }

  /**
   * Whether a block shows that the hub serves this stream. A hub that is full, or does not know the
   * position yet, only repeats the id it was sent.
   */
  private boolean isProgress(EventBlock block, String name) {
    return !name.equals(CLOSING)
        && (block.hasId()
            ? !block.id().equals(sentId)
            : block.hasData() && !name.startsWith(PREFIX));
  }

  private static TemporaryFailureException temporary(String message) {
    return new TemporaryFailureException(message, 0);
  }

  private void again(String trouble, Throwable failure) {
    unwatch();
    if (ended.future().isComplete()) {
      return;
    }
    retry.workedFor(System.nanoTime() - beganNanos);
    long pause = Math.max(retry.pauseMillis(failure).orElseThrow(), retryMillis);
    String seconds = NumberFormat.exact(pause / (double) TimeUnit.SECONDS.toMillis(1));
    say.accept(trouble + "; retrying in " + seconds + " s");
    client.vertx().setTimer(pause, waited -> connect());
  }
}
