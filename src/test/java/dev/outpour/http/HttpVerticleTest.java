package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.RawHttp;
import dev.outpour.TestHub;
import dev.outpour.settings.SettingsException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deploys the verticle as an application would, with its own configuration. */
class HttpVerticleTest {

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  private Throwable refusal(String config) {
    return Await.failure(
        vertx.deployVerticle(
            new HttpVerticle(), new DeploymentOptions().setConfig(new JsonObject(config))));
  }

  @Test
  void isNotOpenBeyondTheLoopbackUnlessThatIsMeant() {
    assertThat(refusal("{\"http\": {\"host\": \"0.0.0.0\", \"port\": 0}}"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("auth");
    Await.result(
        vertx.deployVerticle(
            new HttpVerticle(),
            new DeploymentOptions()
                .setConfig(
                    new JsonObject(
                        """
                        {"http": {"host": "0.0.0.0", "port": 0}, "auth": {"anonymous": true}}
                        """))));
  }

  @Test
  void tellsAllFaultsOfItsSectionAtOnce() {
    assertThat(refusal("{\"http\": {\"port\": 70000, \"prot\": 1, \"stallSeconds\": 0}}"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("http.port")
        .hasMessageContaining("http.prot")
        .hasMessageContaining("http.stallSeconds");
  }

  private void deploy(String config) {
    Await.result(
        vertx.deployVerticle(
            new HttpVerticle(), new DeploymentOptions().setConfig(new JsonObject(config))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true | \"hosts\": [], | true",
        "{\"publish\": [\"chat\"]} | | true",
        "{\"subscribe\": [\"**\"]} | | false",
        "true | \"hosts\": [\"hub.example\"], | false",
        "true | \"serve\": [\"events\"], | false",
      })
  void saysHowToKeepPagesOutWhereStrangersMayPublishUnderAnyName(
      String anonymous, String more, boolean warns) {
    try (LogLines lines = LogLines.listen()) {
      String http =
          "{\"http\": {%s \"host\": \"0.0.0.0\", \"port\": 0}, \"auth\": {\"anonymous\": %s}}";
      deploy(http.formatted(more == null ? "" : more, anonymous));
      deploy(http.formatted(more == null ? "" : more, anonymous));

      String line =
          "Anyone may publish here under any host name, so pages of other sites can do so, too, from"
              + " the browser of anyone who can reach this hub: list the names that clients use,"
              + " such as \"http\": {\"hosts\": [\"push.example\"]}";
      assertThat(lines.of(HttpVerticle.class)).isEqualTo(warns ? List.of(line) : List.of());
    }
  }

  @Test
  void pageThatMadeItsOwnNamePointHereReachesNothingOnceNamesAreListed() throws Exception {
    JsonObject http = new JsonObject().put("host", "0.0.0.0").put("hosts", List.of("hub.example"));
    JsonObject auth = new JsonObject().put("anonymous", true);
    TestHub.run(
        new JsonObject().put("http", http).put("auth", auth),
        hub -> {
          String page = "Host: evil.example:%1$d\r\nOrigin: http://evil.example:%1$d\r\n";
          for (String request : List.of("POST /update", "GET /events", "GET /health")) {
            RawHttp.Answer answer = ask(hub, request, page.formatted(hub.port()));
            assertThat(Problems.check(403, answer).getString("detail"))
                .isEqualTo(
                    "This hub does not answer under the name 'evil.example': use an IP address or"
                        + " localhost, or list the name in http.hosts");
          }
          assertThat(ask(hub, "POST /update", "Host: hub.example\r\n").status()).isEqualTo(200);
          assertThat(ask(hub, "GET /health", "Host: 192.0.2.1\r\n").status()).isEqualTo(200);
        });
  }

  private static RawHttp.Answer ask(TestHub hub, String request, String headers) {
    try (RawHttp connection = hub.connect()) {
      String body = request.startsWith("POST") ? "Content-Length: 1\r\n\r\n1" : "\r\n";
      return connection.send(request + " HTTP/1.1\r\n" + headers + body).answer();
    }
  }
}
