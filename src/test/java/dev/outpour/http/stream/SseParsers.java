package dev.outpour.http.stream;

import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.MessageEvent;
import com.launchdarkly.eventsource.StreamClosedByServerException;
import com.launchdarkly.eventsource.StreamException;
import dev.outpour.Await;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.jspecify.annotations.Nullable;

/** Has bytes read over a real connection by parsers that others wrote. */
final class SseParsers implements AutoCloseable {

  /** An event as a parser gives it. */
  record Event(@Nullable String id, String name, String data) {}

  private final Vertx vertx = Vertx.vertx();
  private final OkHttpClient client = new OkHttpClient();
  private final HttpServer server;
  private volatile List<Buffer> served = List.of();

  SseParsers() {
    server =
        Await.result(
            vertx
                .createHttpServer()
                .requestHandler(request -> serve(request.response()))
                .listen(0, "localhost"));
  }

  private void serve(HttpServerResponse response) {
    response.putHeader("Content-Type", "text/event-stream").setChunked(true);
    for (Buffer chunk : served) {
      response.write(chunk);
    }
    response.end();
  }

  private String url() {
    return "http://localhost:" + server.actualPort() + "/";
  }

  /** What com.launchdarkly:okhttp-eventsource makes of a stream. */
  List<Event> launchDarkly(List<Buffer> chunks) {
    served = chunks;
    List<Event> events = new ArrayList<>();
    try (EventSource source = new EventSource.Builder(URI.create(url())).build()) {
      while (true) {
        MessageEvent event = source.readMessage();
        events.add(new Event(event.getLastEventId(), event.getEventName(), event.getData()));
      }
    } catch (StreamClosedByServerException end) {
      return events;
    } catch (StreamException e) {
      throw new AssertionError(e);
    }
  }

  /** What com.squareup.okhttp3:okhttp-sse makes of a stream. */
  List<Event> okHttp(List<Buffer> chunks) {
    served = chunks;
    Collector collector = new Collector();
    EventSources.createFactory(client)
        .newEventSource(new Request.Builder().url(url()).build(), collector);
    return Await.result(collector.ended.future());
  }

  private static final class Collector extends EventSourceListener {
    final List<Event> events = new ArrayList<>();
    final Promise<List<Event>> ended = Promise.promise();

    @Override
    public void onEvent(
        okhttp3.sse.EventSource source, @Nullable String id, @Nullable String type, String data) {
      events.add(new Event(id, type == null ? "message" : type, data));
    }

    @Override
    public void onClosed(okhttp3.sse.EventSource source) {
      ended.complete(events);
    }

    @Override
    public void onFailure(
        okhttp3.sse.EventSource source, @Nullable Throwable failure, @Nullable Response response) {
      ended.fail(new AssertionError("The stream failed", failure));
    }
  }

  @Override
  public void close() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
    Await.result(vertx.close());
  }
}
