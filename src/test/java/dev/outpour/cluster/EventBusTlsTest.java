package dev.outpour.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outpour.Await;
import dev.outpour.TestCertificates;
import dev.outpour.settings.Settings;
import dev.outpour.settings.SettingsException;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventBusTlsTest {

  @TempDir private static Path ours;
  @TempDir private static Path theirs;
  private static TestCertificates certificates;
  private static TestCertificates others;

  @BeforeAll
  static void make() throws Exception {
    assumeTrue(TestCertificates.canBeMade(), "openssl is needed on the PATH");
    certificates = TestCertificates.in(ours);
    others = TestCertificates.in(theirs).expire("edge");
    certificates.run("echo nothing > empty.pem");
    certificates.run("openssl pkcs8 -topk8 -passout pass:x -in edge.key -out secret.key");
    certificates.run(
        "printf extendedKeyUsage=serverAuth > uses; openssl x509 -req -in edge.csr -CA ca.pem"
            + " -CAkey ca.key -days 1 -extfile uses -out serves.pem");
  }

  private static List<String> faults(JsonObject cluster) {
    Settings settings = Settings.of(new JsonObject().put("cluster", cluster));
    ClusterSettings.from(settings.section("cluster")).checkFiles(settings);
    SettingsException faulty = catchThrowableOfType(SettingsException.class, settings::check);
    return faulty == null ? List.of() : faulty.faults();
  }

  private static JsonObject edge(String key, String file) {
    return certificates.of("edge").put(key, file);
  }

  @Test
  void whatTheDocumentationMakesIsTaken() {
    assertThat(faults(certificates.of("ingest"))).isEmpty();
    assertThat(faults(certificates.of("edge"))).isEmpty();
  }

  @Test
  void chainsAndSeveralAuthoritiesAreTaken() throws Exception {
    certificates.run("cat edge.pem ca.pem > chain.pem");
    Files.writeString(
        ours.resolve("both.pem"),
        Files.readString(theirs.resolve("ca.pem")) + Files.readString(ours.resolve("ca.pem")));
    assertThat(
            faults(
                edge("tlsCertificate", certificates.file("chain.pem"))
                    .put("tlsTrust", certificates.file("both.pem"))))
        .isEmpty();
  }

  @Test
  void keysOfRsaAreTaken() throws Exception {
    certificates.run(
        "openssl req -newkey rsa:2048 -nodes -subj /CN=rsa -keyout rsa.key -out rsa.csr;"
            + " openssl x509 -req -in rsa.csr -CA ca.pem -CAkey ca.key -days 1 -out rsa.pem");
    assertThat(faults(certificates.of("rsa"))).isEmpty();
  }

  @Test
  void allThreeOrNoneAreNeeded() {
    for (String missing : List.of("tlsCertificate", "tlsKey", "tlsTrust")) {
      JsonObject two = certificates.of("edge");
      two.remove(missing);
      assertThat(faults(two))
          .singleElement()
          .asString()
          .startsWith("cluster.tlsCertificate: must be set together with cluster.tlsKey and");
    }
  }

  @Test
  void filesThatAreNotThereAreToldAllAtOnce() {
    assertThat(
            faults(
                new JsonObject()
                    .put("tlsCertificate", "a.pem")
                    .put("tlsKey", "b.pem")
                    .put("tlsTrust", "c.pem")))
        .containsExactly(
            "cluster.tlsCertificate: a.pem does not exist: check the path",
            "cluster.tlsKey: b.pem does not exist: check the path",
            "cluster.tlsTrust: c.pem does not exist: check the path");
  }

  @Test
  void whatIsNoneIsToldWithoutShowingIt() throws Exception {
    certificates.run("openssl x509 -in edge.pem -outform DER -out edge.der");
    certificates.run("sed s/M/!/ edge.pem > odd.pem");
    for (String file : List.of("empty.pem", "edge.der", "odd.pem")) {
      String named = certificates.file(file);
      assertThat(faults(edge("tlsCertificate", named)))
          .singleElement()
          .asString()
          .startsWith("cluster.tlsCertificate: " + named + " has ");
    }
    for (String file : List.of("empty.pem", "edge.pem")) {
      assertThat(faults(edge("tlsKey", certificates.file(file))))
          .singleElement()
          .asString()
          .contains("has no private key", "set tlsKey");
    }
    assertThat(faults(edge("tlsKey", certificates.file("secret.key"))))
        .singleElement()
        .asString()
        .contains("has an encrypted private key", "openssl pkey");
    String bare = Files.readString(ours.resolve("edge.key")).lines().skip(1).findFirst().orElse("");
    certificates.run("sed s/PRIVATE/PUBLIC/ edge.key > odd.key");
    assertThat(faults(edge("tlsKey", certificates.file("odd.key"))).toString())
        .doesNotContain(bare);
  }

  @Test
  void keyOfAnotherCertificateIsAFault() {
    assertThat(faults(edge("tlsKey", certificates.file("ingest.key"))))
        .singleElement()
        .asString()
        .startsWith("cluster.tlsKey: ")
        .contains("ingest.key is not the key of ", "edge.pem");
  }

  @Test
  void certificateOfAnotherAuthorityIsAFault() {
    assertThat(faults(others.of("ingest").put("tlsTrust", certificates.file("ca.pem"))))
        .singleElement()
        .asString()
        .startsWith("cluster.tlsCertificate: ")
        .contains("would be rejected", "let that authority sign it");
  }

  @Test
  void certificateThatMayOnlyServeIsAFault() {
    assertThat(faults(edge("tlsCertificate", certificates.file("serves.pem"))))
        .singleElement()
        .asString()
        .contains("clientAuth");
  }

  @Test
  void certificateThatHasExpiredIsAFault() {
    assertThat(faults(others.of("edge")))
        .singleElement()
        .asString()
        .contains("is valid from ", ": make a new one");
  }

  @Test
  void whatWasReadAtTheStartIsUsedWhateverBecomesOfTheFiles() throws Exception {
    certificates.run("mkdir gone; cp edge.pem edge.key ca.pem gone");
    JsonObject gone =
        new JsonObject()
            .put("tlsCertificate", certificates.file("gone/edge.pem"))
            .put("tlsKey", certificates.file("gone/edge.key"))
            .put("tlsTrust", certificates.file("gone/ca.pem"));
    Settings settings = Settings.of(new JsonObject().put("cluster", gone));
    ClusterSettings cluster = ClusterSettings.from(settings.section("cluster"));
    certificates.run("rm -r gone");
    cluster.checkFiles(settings);
    settings.check();
    NetServerOptions options = new NetServerOptions(Clustering.eventBus(cluster).toJson());

    Vertx vertx = Vertx.vertx();
    try {
      NetServer server =
          Await.result(
              vertx
                  .createNetServer(options.setPort(0))
                  .connectHandler(connected -> {})
                  .listen(0, "127.0.0.1"));
      NetClient client =
          vertx.createNetClient(
              new NetClientOptions(Clustering.eventBus(cluster).toJson())
                  .setHostnameVerificationAlgorithm(""));
      NetSocket socket = Await.result(client.connect(server.actualPort(), "127.0.0.1"));
      assertThat(socket.isSsl()).isTrue();
      // Vert.x closes a client that is not referred to any more, and its connections.
      Await.result(client.close());
    } finally {
      Await.result(vertx.close());
    }
    assertThat(cluster.toString()).doesNotContain("PRIVATE");
  }

  @Test
  void nobodyIsTrustedButTheAuthority() {
    Settings settings = Settings.of(new JsonObject().put("cluster", certificates.of("edge")));
    EventBusOptions options =
        Clustering.eventBus(ClusterSettings.from(settings.section("cluster")));
    EventBusOptions again = new EventBusOptions(options.toJson());

    assertThat(again.toJson()).isEqualTo(options.toJson());
    assertThat(again.isSsl()).isTrue();
    assertThat(again.isTrustAll()).isFalse();
    assertThat(again.getClientAuth()).isEqualTo(ClientAuth.REQUIRED);
    assertThat(again.getEnabledSecureTransportProtocols())
        .containsExactlyInAnyOrder("TLSv1.3", "TLSv1.2");
  }

  @Test
  void certificatesDoNotMakeAnOpenNetworkAClosedOne() {
    assertThat(faults(certificates.of("edge").put("host", "10.0.0.5")))
        .singleElement()
        .asString()
        .startsWith("cluster.host: 10.0.0.5")
        .contains("Hazelcast", "cluster.trustedNetwork");
  }
}
