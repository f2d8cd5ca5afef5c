package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.settings.Settings;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadyLineTest {
  private static Configuration configuration(String json) {
    return Configuration.ofAll(Settings.of(new JsonObject(json)));
  }

  @Test
  void saysWhereToLookAndHowToTry() {
    assertThat(ReadyLine.of(configuration("{\"http\": {\"port\": 0}}"), 4711, 0))
        .isEqualTo(
            "Ready: listens on localhost:4711; open http://localhost:4711/ in a browser;"
                + " read with: curl -N http://localhost:4711/events;"
                + " publish with: curl -d '{\"message\":\"hello\"}' http://localhost:4711/update");
  }

  @Test
  void namesOnlyWhatIsServed() {
    Configuration configuration =
        configuration(
            """
            {"http": {"host": "0.0.0.0", "serve": ["events"]}, "auth": {"anonymous": true}}
            """);

    assertThat(ReadyLine.of(configuration, 80, 3))
        .isEqualTo(
            "Ready: in cluster outpour with 3 node(s); listens on 0.0.0.0:80;"
                + " read with: curl -N http://localhost:80/events");
  }

  @Test
  void writesAnAddressOfTheSixthVersionAsUrlsDo() {
    assertThat(ReadyLine.of(configuration("{\"http\": {\"host\": \"::1\"}}"), 80, 0))
        .contains("listens on [::1]:80; open http://[::1]:80/");
  }

  @Test
  void namesEachAddressThatIsListenedOn() {
    assertThat(
            ReadyLine.of(configuration("{\"http\": {\"host\": [\"127.0.0.2\", \"::1\"]}}"), 80, 0))
        .startsWith("Ready: listens on 127.0.0.2:80 and [::1]:80; open http://127.0.0.2:80/");
  }

  @Test
  void namesTheSchemeThatIsSpoken() {
    TestCertificate own = TestCertificate.shared();
    Configuration configuration =
        configuration(
            new JsonObject()
                .put(
                    "http",
                    new JsonObject()
                        .put("tlsCertificate", own.certificate().toString())
                        .put("tlsKey", own.key().toString())
                        .put("serve", List.of("events")))
                .encode());
    assertThat(ReadyLine.of(configuration, 443, 0))
        .isEqualTo(
            "Ready: listens on localhost:443; read with: curl -N https://localhost:443/events");
  }

  @Test
  void speaksOfWhatElseRuns() {
    assertThat(ReadyLine.of(configuration("{\"ingest\": {}, \"simulator\": {}}"), 0, 0))
        .isEqualTo(
            "Ready: takes updates from the event bus;"
                + " posts to http://localhost:3000/update every 5000 ms");
  }
}
