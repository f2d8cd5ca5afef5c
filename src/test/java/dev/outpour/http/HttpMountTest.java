package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outpour.Await;
import dev.outpour.HubProcess;
import dev.outpour.Installed;
import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import dev.outpour.SseParser;
import dev.outpour.ingest.IngestVerticle;
import dev.outpour.loop.EventLoopPulse;
import dev.outpour.settings.SettingsException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mounts the hub on the server of an application. */
class HttpMountTest {

  private final Vertx vertx = Vertx.vertx();
  private int port;
  private Application application;

  /** A handler of the application that adds a header and calls the hub. */
  private static final class Application extends VerticleBase {
    private final int port;
    private HttpMount mount;
    private HttpServer server;

    Application(int port) {
      this.port = port;
    }

    @Override
    public Future<?> start() {
      return HttpMount.open(vertx, config())
          .compose(
              opened -> {
                mount = opened;
                Router router = Router.router(vertx);
                router.get("/own").handler(context -> context.end("own"));
                router.route("/hub/*").subRouter(mount.router());
                server = vertx.createHttpServer().requestHandler(router);
                return server.listen(port, "0.0.0.0");
              });
    }

    Future<Void> drain() {
      return Future.future(
          drained -> context.runOnContext(turn -> mount.close().onComplete(drained)));
    }
  }

  @BeforeEach
  void start() throws Exception {
    port = HubProcess.freePort();
    JsonObject history = new JsonObject().put("store", "memory");
    Await.result(
        vertx.deployVerticle(
            new IngestVerticle(),
            new DeploymentOptions().setConfig(new JsonObject().put("history", history))));
    application = new Application(port);
    JsonObject http = new JsonObject().put("serve", List.of("events", "update", "health"));
    Await.result(
        vertx.deployVerticle(
            application, new DeploymentOptions().setConfig(new JsonObject().put("http", http))));
  }

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  private RawHttp.Answer ask(String request) {
    try (RawHttp connection = RawHttp.connect(port)) {
      return connection.send(request).answer();
    }
  }

  private RawHttp.Answer get(String path) {
    return ask("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  private String publish(String json) {
    RawHttp.Answer answer =
        ask(
            "POST /hub/update?topic=a HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                + json.length()
                + "\r\n\r\n"
                + json);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body()).getString("id");
  }

  private SseClient read(String query) {
    return SseClient.to(port, "/hub/events?" + query).open();
  }

  @Test
  void readersAndPublishersMeetThereBesideWhatTheApplicationSays() {
    assertThat(get("/own").body()).isEqualTo("own");
    String first = publish("1");
    try (SseClient live = read("topic=a");
        SseClient early = read("topic=a&lastEventId=earliest")) {
      String last = publish("2");
      live.awaitLastId(last);
      early.awaitLastId(last);
      assertThat(live.data()).containsExactly("2");
      assertThat(early.data()).containsExactly("1", "2");
      assertThat(first).isNotEqualTo(last);
    }
    Problems.check(404, get("/hub/nothing"));
    Problems.check(404, get("/hub/metrics"));
    Problems.check(400, get("/hub/events?nothing=1"));
    Problems.check(405, ask("DELETE /hub/events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  }

  @Test
  void linesArePublishedAsTheyCome() {
    try (SseClient reader = read("topic=a");
        RawHttp lines = RawHttp.connect(port)) {
      lines.send(
          "POST /hub/update?topic=a HTTP/1.1\r\nHost: localhost\r\n"
              + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
      lines.sendChunk("1\n");
      reader.awaitEvents(1);
      lines.sendChunk("2\n").sendChunk("");
      assertThat(lines.answer().status()).isEqualTo(200);
      reader.awaitEvents(2);
    }
  }

  @Test
  void whatIsMeantForThisMachineIsRefusedToOthers() throws Exception {
    Problems.check(403, ask("GET /hub/events HTTP/1.1\r\nHost: evil.example\r\n\r\n"));
    InetAddress other =
        address().orElseGet(() -> Installed.giveUp("it needs an address that is no loopback's"));
    try (RawHttp connection = RawHttp.connect(other, port)) {
      connection.send("GET /hub/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(Problems.check(403, connection.answer()).getString("detail"))
          .contains("http.host");
    }
  }

  /** An address of this machine other than the loopback. */
  private static Optional<InetAddress> address() throws Exception {
    return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
        .findFirst();
  }

  @Test
  void whoeverListensForOthersHasToSayWhoMay() {
    JsonObject open = new JsonObject().put("http", new JsonObject().put("host", "0.0.0.0"));
    SettingsException refused =
        catchThrowableOfType(SettingsException.class, () -> HttpMount.open(vertx, open));
    assertThat(refused.faults()).singleElement().asString().contains("no keys are configured");
  }

  @Test
  void onceItEndsItIsNotReadyAndLivesAndItsReadersAreTold() {
    try (SseClient reader = read("topic=a")) {
      Await.result(application.drain());
      assertThat(reader.awaitEnd()).isEqualTo(SseClient.End.PROPER);
      assertThat(reader.words())
          .extracting(SseParser.Event::name)
          .containsExactly("outpour.closing");
    }
    RawHttp.Answer ready = get("/hub/health/ready");
    assertThat(ready.status()).isEqualTo(503);
    assertThat(ready.body()).contains("The hub is shutting down");
    assertThat(get("/hub/health/live").status()).isEqualTo(200);
    Problems.check(
        503, ask("POST /hub/update HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n1"));
    try (SseClient late = read("topic=a")) {
      late.awaitEnd();
      assertThat(late.words()).extracting(SseParser.Event::name).containsExactly("outpour.closing");
    }
    assertThat(get("/own").body()).isEqualTo("own");
    assertThat(EventLoopPulse.stuck(vertx, Long.MAX_VALUE)).isZero();
  }
}
