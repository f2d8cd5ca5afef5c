package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.http.HttpSettings;
import dev.outpour.settings.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** Checks that the example for Kubernetes is consistent, and fits the hub. */
class KubernetesTest {

  private static final String IMAGE_FOLDER = "/opt/outpour/";

  /** How long a listener takes to end after its drain. */
  private static final int CLOSING_SECONDS = 12;

  private static List<JsonObject> items() throws IOException {
    Map<String, Object> all =
        new Yaml().load(Files.readString(Path.of("packaging/kubernetes/outpour.yaml")));
    return objects(new JsonObject(all).getJsonArray("items"));
  }

  private static List<JsonObject> objects(JsonArray array) {
    return array == null
        ? List.of()
        : array.stream().map(each -> JsonObject.class.cast(each)).toList();
  }

  private static JsonObject item(String kind, String name) throws IOException {
    return items().stream()
        .filter(item -> item.getString("kind").equals(kind))
        .filter(item -> item.getJsonObject("metadata").getString("name").equals(name))
        .findFirst()
        .orElseThrow();
  }

  static List<JsonObject> workloads() throws IOException {
    return items().stream()
        .filter(item -> Set.of("StatefulSet", "Deployment").contains(item.getString("kind")))
        .toList();
  }

  private static JsonObject template(JsonObject workload) {
    return workload.getJsonObject("spec").getJsonObject("template");
  }

  private static JsonObject pod(JsonObject workload) {
    return template(workload).getJsonObject("spec");
  }

  private static JsonObject container(JsonObject workload) {
    return pod(workload).getJsonArray("containers").getJsonObject(0);
  }

  /** The configuration of a container, as the hub reads it. */
  private static Configuration configuration(JsonObject workload) {
    String[] args = container(workload).getJsonArray("args").stream().toArray(String[]::new);
    CommandLineOptions options = CommandLineOptions.parse(args);
    assertThat(options.clustered()).isTrue();
    Map<String, String> environment =
        new HashMap<>(Map.of("OUTPOUR_AUTH_HMAC_SECRET", "correct-horse-battery-staple-123"));
    for (JsonObject variable : objects(container(workload).getJsonArray("env"))) {
      environment.put(variable.getString("name"), variable.getString("value", "10.0.0.7"));
    }
    String file = options.conf().orElseThrow().replace(IMAGE_FOLDER, "");
    Settings settings =
        new Settings(ConfigurationFile.read(Optional.of(file)).content(), environment, Map.of());
    Configuration configuration = Configuration.ofAll(settings);
    assertThat(settings.unknownVariables()).isEmpty();
    return configuration;
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void podIsStartedWithAConfigurationThatHasNoFault(JsonObject workload) throws IOException {
    Configuration configuration = configuration(workload);
    assertThat(configuration.cluster().host()).isEqualTo("10.0.0.7");
    String member = configuration.cluster().members().get(0);
    JsonObject nodes = item("Service", member.split(":", 2)[0]).getJsonObject("spec");
    assertThat(nodes.getString("clusterIP")).isEqualTo("None");
    assertThat(nodes.getBoolean("publishNotReadyAddresses")).isTrue();
    assertThat(ports(workload).get("cluster"))
        .isEqualTo(configuration.cluster().port())
        .isEqualTo(Integer.parseInt(member.split(":", 2)[1]));
  }

  private static Map<String, Integer> ports(JsonObject workload) {
    return objects(container(workload).getJsonArray("ports")).stream()
        .collect(
            Collectors.toMap(
                port -> port.getString("name"), port -> port.getInteger("containerPort")));
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void servicesBesideItSetNoneOfItsVariables(JsonObject workload) {
    assertThat(pod(workload).getBoolean("enableServiceLinks")).isFalse();
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void probesAskForWhatIsServed(JsonObject workload) throws IOException {
    HttpSettings http = configuration(workload).http().orElseThrow();
    JsonObject described =
        new JsonObject(Files.readString(Path.of("src/main/resources/openapi.json")));
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      JsonObject get = container(workload).getJsonObject(probe).getJsonObject("httpGet");
      assertThat(ports(workload).get(get.getString("port"))).isEqualTo(http.port());
      assertThat(http.serve()).contains(HttpSettings.Service.HEALTH);
      assertThat(described.getJsonObject("paths").fieldNames())
          .contains(get.getString("path").split("\\?", 2)[0]);
    }
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void podHasTheTimeThatADrainTakes(JsonObject workload) {
    int drain = configuration(workload).http().orElseThrow().drainSeconds();
    JsonObject lifecycle = container(workload).getJsonObject("lifecycle", new JsonObject());
    int before =
        lifecycle.isEmpty()
            ? 0
            : Integer.parseInt(
                lifecycle
                    .getJsonObject("preStop")
                    .getJsonObject("exec")
                    .getJsonArray("command")
                    .getString(1));
    assertThat(pod(workload).getInteger("terminationGracePeriodSeconds"))
        .isGreaterThan(before + drain + CLOSING_SECONDS);
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void podIsNobodyAndWritesWhereItMay(JsonObject workload) throws IOException {
    JsonObject security = pod(workload).getJsonObject("securityContext");
    assertThat(security.getBoolean("runAsNonRoot")).isTrue();
    assertThat(security.getInteger("runAsUser") + ":" + security.getInteger("runAsGroup"))
        .isEqualTo(Dockerfile.read().one("USER"));
    JsonObject own = container(workload).getJsonObject("securityContext");
    assertThat(own.getBoolean("readOnlyRootFilesystem")).isTrue();
    assertThat(own.getBoolean("allowPrivilegeEscalation")).isFalse();

    Map<String, String> mounts =
        objects(container(workload).getJsonArray("volumeMounts")).stream()
            .collect(
                Collectors.toMap(
                    mount -> mount.getString("mountPath"), mount -> mount.getString("name")));
    Set<String> volumes =
        Stream.concat(
                objects(pod(workload).getJsonArray("volumes")).stream(),
                objects(workload.getJsonObject("spec").getJsonArray("volumeClaimTemplates"))
                    .stream()
                    .map(claim -> claim.getJsonObject("metadata")))
            .map(volume -> volume.getString("name"))
            .collect(Collectors.toSet());
    assertThat(mounts).containsKey("/tmp");
    assertThat(volumes).containsExactlyInAnyOrderElementsOf(mounts.values());
    Configuration configuration = configuration(workload);
    if (configuration.ingest().isPresent()) {
      assertThat(mounts)
          .containsKey(Path.of(configuration.history().path()).getParent().toString());
    }
  }

  @Test
  void labelsAndNamesGoTogether() throws IOException {
    List<JsonObject> labels =
        workloads().stream()
            .map(KubernetesTest::template)
            .map(template -> template.getJsonObject("metadata").getJsonObject("labels"))
            .toList();
    for (JsonObject item : items()) {
      JsonObject spec = item.getJsonObject("spec");
      JsonObject selector =
          spec.getJsonObject("selector", spec.getJsonObject("podSelector", new JsonObject()));
      JsonObject wanted = selector.getJsonObject("matchLabels", selector);
      assertThat(labels)
          .as(item.getString("kind"))
          .anySatisfy(own -> assertThat(own.getMap()).containsAllEntriesOf(wanted.getMap()));
    }
    JsonObject log = item("StatefulSet", "outpour-log").getJsonObject("spec");
    assertThat(log.getInteger("replicas")).isEqualTo(1);
    item("Service", log.getString("serviceName"));
    JsonObject edge = item("Deployment", "outpour-edge");
    assertThat(item("Service", "outpour").getJsonObject("spec").getJsonObject("selector"))
        .isEqualTo(template(edge).getJsonObject("metadata").getJsonObject("labels"));
    assertThat(configuration(edge).http().orElseThrow().serve())
        .contains(HttpSettings.Service.EVENTS, HttpSettings.Service.UPDATE);
  }
}
