package dev.outpour.http;

import dev.outpour.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy between browsers and a hub, with pages of its own. It identifies subscribers by their
 * tokens, and injects faults on demand. Without a hub it answers 502.
 */
final class FaultyFront implements AutoCloseable {
  private static final int BAD_GATEWAY = 502;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = vertx.createHttpClient();
  private final Map<String, String> pages;
  private final int hub;
  private final Map<HttpServerResponse, String> readers = new ConcurrentHashMap<>();
  private final List<Integer> answers = new CopyOnWriteArrayList<>();
  private final Set<HttpServerResponse> mute = ConcurrentHashMap.newKeySet();
  private final HttpServer server;

  /**
   * @param hub the port of the hub
   * @param pages the content of the pages, by path
   */
  FaultyFront(int hub, Map<String, String> pages) {
    this.hub = hub;
    this.pages = pages;
    this.server =
        Await.result(vertx.createHttpServer().requestHandler(this::handle).listen(0, "localhost"));
  }

  String url(String path) {
    return "http://localhost:" + server.actualPort() + path;
  }

  /** The subscribers with an open stream. */
  List<String> readers() {
    return List.copyOf(readers.values());
  }

  /** The statuses of all answers, of the hub or of the proxy. */
  List<Integer> answers() {
    return List.copyOf(answers);
  }

  /** Silently stops forwarding to the current subscribers. */
  void fallSilent() {
    mute.addAll(readers.keySet());
  }

  private void handle(HttpServerRequest request) {
    String page = pages.get(request.path());
    if (page != null) {
      String type = request.path().endsWith(".js") ? "text/javascript" : "text/html";
      request.response().putHeader(HttpHeaders.CONTENT_TYPE, type).end(page);
      return;
    }
    request.pause();
    ask(request)
        .onSuccess(answer -> pass(request, answer))
        .onFailure(
            failure -> {
              // If the browser has gone, there is nobody to answer.
              if (!request.response().closed()) {
                answers.add(BAD_GATEWAY);
                request.response().setStatusCode(BAD_GATEWAY).end("Bad gateway");
              }
            });
  }

  private Future<HttpClientResponse> ask(HttpServerRequest request) {
    return client
        .request(HttpMethod.GET, hub, "localhost", request.uri())
        .compose(
            asking -> {
              request.response().closeHandler(closed -> asking.reset());
              String position = request.getHeader("Last-Event-ID");
              if (position != null) {
                asking.putHeader("Last-Event-ID", position);
              }
              String token = request.getHeader(HttpHeaders.AUTHORIZATION);
              if (token != null) {
                asking.putHeader(HttpHeaders.AUTHORIZATION, token);
              }
              return asking.send();
            });
  }

  private void pass(HttpServerRequest request, HttpClientResponse answer) {
    request.resume();
    if (request.response().closed()) {
      answer.request().reset();
      return;
    }
    HttpServerResponse response = request.response().setStatusCode(answer.statusCode());
    String type = answer.getHeader(HttpHeaders.CONTENT_TYPE);
    answers.add(answer.statusCode());
    if (type != null) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, type);
    }
    if (answer.statusCode() == 204) {
      response.end();
      return;
    }
    response.setChunked(true);
    if (type != null && type.startsWith("text/event-stream")) {
      String token = request.getHeader(HttpHeaders.AUTHORIZATION);
      readers.put(response, token == null ? "somebody" : token);
      response.closeHandler(
          closed -> {
            readers.remove(response);
            answer.request().reset();
          });
    }
    answer.handler(bytes -> write(response, bytes));
    answer.endHandler(ended -> end(response));
    answer.exceptionHandler(cut -> end(response));
  }

  private void write(HttpServerResponse response, Buffer bytes) {
    if (!mute.contains(response) && !response.closed()) {
      response.write(bytes);
    }
  }

  private void end(HttpServerResponse response) {
    if (!mute.contains(response) && !response.closed()) {
      readers.remove(response);
      response.end();
    }
  }

  @Override
  public void close() {
    Await.result(vertx.close());
  }
}
