package dev.outpour;

import dev.outpour.auth.OperatorToken;
import dev.outpour.http.HttpVerticle;
import dev.outpour.ingest.IngestVerticle;
import dev.outpour.log.LocalLog;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * A hub in this process, on a free port, with a Vert.x of its own: the ingest verticle on one event
 * loop and an HTTP verticle on each of the others.
 */
public final class TestHub implements AutoCloseable {

  /** An action with a hub. */
  public interface Check {
    /** Runs the action. */
    void on(TestHub hub) throws Exception;
  }

  private static final int EVENT_LOOPS = 4;
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Whether tests run over TLS and HTTP/2 by default. */
  public static final boolean HTTP2 = System.getProperty("outpour.tests", "").equals("http2");

  /** Clients of a hub with the shared certificate, created on demand. */
  private static final class Http2 {
    static final SSLContext TLS = TestCertificate.shared().trusting();
    static final HttpClient CLIENT =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).sslContext(TLS).build();
  }

  private final JsonObject config;
  private final Vertx vertx;
  private final List<Context> loops = new CopyOnWriteArrayList<>();
  private String ingest;
  private String http;

  private TestHub(JsonObject config, int eventLoops) {
    this.config = defaults().mergeIn(config, true);
    this.vertx =
        Vertx.vertx(
            new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(eventLoops));
  }

  private static JsonObject defaults() {
    boolean direct = !System.getProperty("outpour.directWrites", "true").equals("false");
    JsonObject http = new JsonObject().put("port", 0).put("directWrites", direct);
    return new JsonObject()
        .put("http", HTTP2 ? http.mergeIn(tls()) : http)
        .put("ingest", new JsonObject())
        .put("history", new JsonObject().put("store", "memory"));
  }

  /** The settings of {@code http} for TLS with the shared certificate. */
  public static JsonObject tls() {
    TestCertificate certificate = TestCertificate.shared();
    return new JsonObject()
        .put("tlsCertificate", certificate.certificate().toString())
        .put("tlsKey", certificate.key().toString());
  }

  private boolean hasTls() {
    return config.getJsonObject("http").containsKey("tlsCertificate");
  }

  /** Starts a hub with the default configuration. */
  public static TestHub start() {
    return start(new JsonObject());
  }

  /** Starts a hub with a configuration, which may omit defaults. */
  public static TestHub start(JsonObject config) {
    return start(config, EVENT_LOOPS);
  }

  /** Starts a hub with a number of event loops. If there are several, one has no subscribers. */
  public static TestHub start(JsonObject config, int eventLoops) {
    TestHub hub = new TestHub(config, eventLoops);
    try {
      hub.startIngest();
      hub.startHttp(eventLoops);
      return hub;
    } catch (AssertionError e) {
      await(hub.vertx.close());
      throw e;
    }
  }

  /** Starts a hub without an ingest verticle. */
  public static TestHub startWithoutIngest(JsonObject config) {
    TestHub hub = new TestHub(config, EVENT_LOOPS);
    hub.startHttp(EVENT_LOOPS);
    return hub;
  }

  /** Starts a hub, runs an action, and stops it. */
  public static void run(JsonObject config, Check check) throws Exception {
    try (TestHub hub = start(config)) {
      check.on(hub);
    }
  }

  /** The operator's token of a hub without keys. */
  public String operator() {
    return OperatorToken.of(vertx);
  }

  /** Starts the ingest verticle, with an empty log. */
  public void startIngest() {
    ingest = await(vertx.deployVerticle(new IngestVerticle(), options()));
  }

  /** Stops only the ingest verticle. */
  public void stopIngest() {
    await(vertx.undeploy(ingest));
  }

  private void startHttp(int instances) {
    http = await(vertx.deployVerticle(this::httpVerticle, options().setInstances(instances)));
  }

  /** Stops only the HTTP verticles. Completes when they have stopped. */
  public Future<Void> stopHttp() {
    return vertx.undeploy(http);
  }

  private DeploymentOptions options() {
    return new DeploymentOptions().setConfig(config);
  }

  /** An HTTP verticle that records its event loop. */
  private Deployable httpVerticle() {
    HttpVerticle verticle = new HttpVerticle();
    return new Deployable() {
      @Override
      public Future<?> deploy(Context context) throws Exception {
        if (!LocalLog.of(vertx).isOnOwnersLoop()) {
          loops.add(context);
        }
        return verticle.deploy(context);
      }

      @Override
      public Future<?> undeploy(Context context) throws Exception {
        return verticle.undeploy(context);
      }
    };
  }

  /** Its Vert.x. */
  public Vertx vertx() {
    return vertx;
  }

  /** The event loops that have subscribers. */
  public List<Context> loops() {
    return loops;
  }

  /** The port it listens on. */
  public int port() {
    return vertx
        .sharedData()
        .<String, Integer>getLocalMap(HttpVerticle.SHARED)
        .get(HttpVerticle.PORT);
  }

  /** Its URL, without a slash at the end. */
  public String url() {
    return (hasTls() ? "https" : "http") + "://localhost:" + port();
  }

  /** A subscription with a query, which may be empty, to be opened. */
  public SseClient.Request reader(String query) {
    SseClient.Request request =
        SseClient.to(port(), "/events" + (query.isEmpty() ? "" : "?" + query));
    return hasTls() ? request.http2() : request;
  }

  /** Connects a subscriber, and waits for its first block. */
  public SseClient read(String query) {
    return reader(query).open();
  }

  /** Connects a subscriber as the operator of a hub without keys. */
  public SseClient watch(String query) {
    return reader(query).header("Authorization", "Bearer " + operator()).open();
  }

  /** Connects a subscriber that resumes, and waits for its first block. */
  public SseClient resume(String query, String lastEventId) {
    return reader(query).lastEventId(lastEventId).open();
  }

  /** A raw connection. */
  public RawHttp connect() {
    return hasTls() ? RawHttp.connect(port(), Http2.TLS) : RawHttp.connect(port());
  }

  /** Publishes JSON to a topic, and returns its id. */
  public String publish(String topic, String json) {
    HttpResponse<String> answer = post("topic=" + encode(topic), "application/json", json);
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
    return new JsonObject(answer.body()).getString("id");
  }

  /** Publishes a range of numbers to a topic, one by one, and returns the ids. */
  public List<String> publishNumbers(String topic, int from, int to) {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i <= to; i++) {
      lines.append(i).append('\n');
    }
    JsonObject answer =
        new JsonObject(post("topic=" + encode(topic), "application/x-ndjson", lines).body());
    String first = answer.getString("first");
    String epoch = first.substring(0, first.indexOf('-') + 1);
    long number = Long.parseLong(first.substring(epoch.length()));
    List<String> ids = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      ids.add(epoch + number++);
    }
    if (!ids.get(ids.size() - 1).equals(answer.getString("last"))) {
      throw new AssertionError("Someone else published meanwhile: " + answer);
    }
    return ids;
  }

  /**
   * Posts to {@code /update}.
   *
   * @param contentType null: none
   */
  public HttpResponse<String> post(
      String query, String contentType, CharSequence body, String... headers) {
    return post(query, contentType, body.toString().getBytes(StandardCharsets.UTF_8), headers);
  }

  /**
   * Posts to {@code /update}.
   *
   * @param contentType null: none
   * @param headers names and values in turn
   */
  public HttpResponse<String> post(
      String query, String contentType, byte[] body, String... headers) {
    try {
      return (hasTls() ? Http2.CLIENT : CLIENT)
          .send(request(query, contentType, body, headers), BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A request to {@code /update}. */
  public HttpRequest request(String query, String contentType, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url() + "/update" + (query.isEmpty() ? "" : "?" + query)))
            .timeout(Await.LONG)
            .POST(BodyPublishers.ofByteArray(body));
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.build();
  }

  /** The client that {@link #post} uses. */
  public static HttpClient client() {
    return HTTP2 ? Http2.CLIENT : CLIENT;
  }

  /** A text, encoded for a query. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Waits for a future of Vert.x. */
  public static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Stops the HTTP verticles, then the ingest verticle, then Vert.x. */
  @Override
  public void close() {
    await(stopHttp().otherwiseEmpty());
    await(vertx.close());
  }
}
