package dev.outpour.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import dev.outpour.Await;
import dev.outpour.http.LogLines;
import dev.outpour.settings.CannotStartException;
import dev.outpour.settings.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusteringTest {
  private static ClusterSettings settings(String cluster) {
    Settings settings = Settings.of(new JsonObject("{\"cluster\": " + cluster + "}"));
    return ClusterSettings.from(settings.section("cluster"));
  }

  @Test
  void nodesFindEachOtherByTheListedAddressesAlone() {
    Config config = Clustering.config(settings("{\"members\": [\"127.0.0.1:7001\"]}"));
    JoinConfig join = config.getNetworkConfig().getJoin();

    assertThat(join.getTcpIpConfig().isEnabled()).isTrue();
    assertThat(join.getTcpIpConfig().getMembers()).isEqualTo(List.of("127.0.0.1:7001"));
    assertThat(join.getMulticastConfig().isEnabled()).isFalse();
    assertThat(join.isAutoDetectionEnabled()).isFalse();
    assertThat(config.getProperty("hazelcast.phone.home.enabled")).isEqualTo("false");
  }

  @Test
  void aNodeListensOnItsOneAddressOnly() {
    ClusterSettings settings = settings("{\"host\": \"localhost\", \"port\": 7001}");
    Config config = Clustering.config(settings);

    assertThat(config.getNetworkConfig().getInterfaces().getInterfaces())
        .containsExactly("127.0.0.1");
    assertThat(config.getProperty("hazelcast.socket.bind.any")).isEqualTo("false");
    assertThat(config.getNetworkConfig().getPort()).isEqualTo(7001);
    assertThat(Clustering.eventBus(settings).getHost()).isEqualTo("localhost");
  }

  @Test
  void silenceIsNoticedAndMendedInSeconds() {
    Config config = Clustering.config(settings("{\"silenceSeconds\": 7, \"mergeSeconds\": 3}"));

    assertThat(config.getProperty("hazelcast.max.no.heartbeat.seconds")).isEqualTo("7");
    assertThat(config.getProperty("hazelcast.merge.first.run.delay.seconds")).isEqualTo("3");
    assertThat(config.getProperty("hazelcast.merge.next.run.delay.seconds")).isEqualTo("3");
  }

  @Test
  void whatTheEventBusKeepsInTheClusterIsConfiguredAsItExpects() {
    assertThat(Clustering.config(settings("{}")).getMultiMapConfigs()).containsKey("__vertx.subs");
  }

  @Test
  void theEventBusOptionsSurviveTheirJson() {
    EventBusOptions options = Clustering.eventBus(settings("{}"));
    EventBusOptions again = new EventBusOptions(options.toJson());

    assertThat(again.toJson()).isEqualTo(options.toJson());
    assertThat(again.getReconnectInterval()).isPositive();
  }

  @Test
  void aHostOfAnotherMachineIsExplained() {
    // An address of the block for documentation, which no machine has.
    ClusterSettings settings = settings("{\"host\": \"192.0.2.1\"}");

    assertThatThrownBy(() -> Clustering.config(settings))
        .isInstanceOf(CannotStartException.class)
        .hasMessage("cluster.host 192.0.2.1 is not an address of this machine");
  }

  @Test
  void aNodeBeyondTheLoopbackWithoutCertificatesWarns() {
    Vertx vertx = Vertx.vertx();
    try (LogLines lines = LogLines.listen()) {
      Clustering.watch(vertx, settings("{}"));
      assertThat(lines.of(Clustering.class)).isEmpty();

      Clustering.watch(vertx, settings("{\"host\": \"192.0.2.1\", \"trustedNetwork\": true}"));
      assertThat(lines.of(Clustering.class))
          .singleElement()
          .asString()
          .contains("192.0.2.1", "Hazelcast", "cluster.tlsCertificate");
    } finally {
      Await.result(vertx.close());
    }
  }
}
