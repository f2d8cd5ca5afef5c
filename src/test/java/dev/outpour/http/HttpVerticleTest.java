package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.settings.SettingsException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The verticle as another application deploys it, with a configuration of its own. */
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
}
