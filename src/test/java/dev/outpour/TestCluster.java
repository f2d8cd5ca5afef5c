package dev.outpour;

import dev.outpour.cluster.ClusterSettings;
import dev.outpour.cluster.Clustering;
import dev.outpour.http.HttpVerticle;
import dev.outpour.ingest.IngestVerticle;
import dev.outpour.settings.Settings;
import dev.outpour.simulator.SimulatorVerticle;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.VertxMetricsFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Nodes of one cluster on the loopback, each a process from the jar that runs one verticle. */
public final class TestCluster implements AutoCloseable {

  /** The topic that only the ingest verticle is configured with. */
  static final String DEFAULT_TOPIC = "news";

  private static final List<String> SMALL =
      Stream.concat(Stream.of("-Xmx128m"), HubProcess.QUICK.stream()).toList();

  private final Path directory;
  private final int silenceSeconds;
  private final List<Integer> ports = new ArrayList<>();
  private final List<HubProcess> nodes = new ArrayList<>();
  private @Nullable TestCertificates certificates;
  private List<String> options = SMALL;
  private int nextPort;

  /**
   * @param directory where its nodes run
   * @param nodes the maximum of nodes. Absent ones are searched for, too, which takes seconds each
   *     after a partition
   * @param silenceSeconds after which a silent node counts as dead
   */
  public TestCluster(Path directory, int nodes, int silenceSeconds) throws IOException {
    this.directory = directory;
    this.silenceSeconds = silenceSeconds;
    while (ports.size() < nodes) {
      int port = HubProcess.freePort();
      if (!ports.contains(port)) {
        ports.add(port);
      }
    }
  }

  /** Gives the nodes certificates for the event bus. */
  TestCluster secured(TestCertificates shown) {
    certificates = shown;
    return this;
  }

  /** Starts the nodes with the shipped options, instead of with little memory. */
  TestCluster asShipped() {
    options = List.of("@" + Path.of("conf", "jvm.options").toAbsolutePath());
    return this;
  }

  /** Starts the node that owns the log, in memory. */
  HubProcess ingest() throws IOException {
    return ingest("memory");
  }

  /** Starts the node that owns the log, in a store. */
  HubProcess ingest(String store) throws IOException {
    return ingest(Map.of("OUTPOUR_HISTORY_STORE", store));
  }

  /** Starts the node that owns the log, with settings from the environment. */
  HubProcess ingest(Map<String, String> settings) throws IOException {
    Map<String, String> all = new HashMap<>(settings);
    all.put("OUTPOUR_INGEST_TOPIC", DEFAULT_TOPIC);
    return start(IngestVerticle.class, all);
  }

  /** Starts a node that owns the log and serves HTTP. */
  HubProcess whole(Map<String, String> settings) throws IOException {
    Map<String, String> all = new HashMap<>(settings);
    all.put("OUTPOUR_INGEST_TOPIC", DEFAULT_TOPIC);
    all.put("OUTPOUR_HTTP_PORT", "0");
    return start(MainVerticle.class, all, "{\"http\":{},\"ingest\":{}}");
  }

  /** Starts a node that serves HTTP. */
  HubProcess edge() throws IOException {
    return edge(Map.of());
  }

  /** Starts a node that serves HTTP, with settings from the environment. */
  HubProcess edge(Map<String, String> settings) throws IOException {
    Map<String, String> all = new HashMap<>(settings);
    all.put("OUTPOUR_HTTP_PORT", "0");
    return start(HttpVerticle.class, all);
  }

  /** Starts a simulator that publishes to an edge. */
  HubProcess simulator(int edge) throws IOException {
    return start(
        SimulatorVerticle.class,
        Map.of(
            "OUTPOUR_SIMULATOR_URL",
            "http://localhost:" + edge + "/update",
            "OUTPOUR_SIMULATOR_EVERY_MILLIS",
            "100"));
  }

  private HubProcess start(Class<?> verticle, Map<String, String> own) throws IOException {
    return start(verticle, own, "{}");
  }

  private HubProcess start(Class<?> verticle, Map<String, String> own, String configuration)
      throws IOException {
    Map<String, String> environment = new HashMap<>(own);
    environment.put("OUTPOUR_CLUSTER_PORT", "" + takePort());
    environment.put("OUTPOUR_CLUSTER_MEMBERS", String.join(",", members()));
    environment.put("OUTPOUR_CLUSTER_SILENCE_SECONDS", "" + silenceSeconds);
    environment.put("OUTPOUR_CLUSTER_MERGE_SECONDS", "1");
    if (certificates != null) {
      JsonObject tls = certificates.of(verticle == IngestVerticle.class ? "ingest" : "edge");
      environment.put("OUTPOUR_CLUSTER_TLS_CERTIFICATE", tls.getString("tlsCertificate"));
      environment.put("OUTPOUR_CLUSTER_TLS_KEY", tls.getString("tlsKey"));
      environment.put("OUTPOUR_CLUSTER_TLS_TRUST", tls.getString("tlsTrust"));
    }
    HubProcess node =
        HubProcess.start(
            directory,
            environment,
            options,
            verticle.getName(),
            "-cluster",
            "-conf",
            configuration);
    nodes.add(node);
    return node;
  }

  /** Joins with a Vert.x in this process, as another program would. */
  public Vertx join() {
    return join(new JsonObject());
  }

  /** Joins with a Vert.x in this process whose event bus is watched. */
  public Vertx join(VertxMetricsFactory watching) {
    return join(
        new JsonObject(),
        new VertxOptions().setMetricsOptions(new MetricsOptions().setEnabled(true)),
        Vertx.builder().withMetrics(watching));
  }

  /** Joins with a Vert.x in this process, with more settings. */
  Vertx join(JsonObject own) {
    return join(own, new VertxOptions(), Vertx.builder());
  }

  private Vertx join(JsonObject own, VertxOptions options, VertxBuilder builder) {
    JsonObject section =
        own.copy().put("port", takePort()).put("members", new JsonArray(members()));
    ClusterSettings settings =
        ClusterSettings.from(
            Settings.of(new JsonObject().put("cluster", section)).section("cluster"));
    return TestHub.await(
        builder
            .with(options.setEventBusOptions(Clustering.eventBus(settings)))
            .withClusterManager(Clustering.manager(settings))
            .buildClustered());
  }

  private synchronized int takePort() {
    return ports.get(nextPort++);
  }

  private List<String> members() {
    return ports.stream().map(port -> "127.0.0.1:" + port).toList();
  }

  /** The printed lines of all nodes that no call has waited for. */
  List<String> output() {
    return nodes.stream().flatMap(node -> node.unread().stream()).toList();
  }

  @Override
  public void close() {
    nodes.forEach(HubProcess::close);
  }
}
