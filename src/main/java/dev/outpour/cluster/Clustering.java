package dev.outpour.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.config.NetworkConfig;
import dev.outpour.settings.CannotStartException;
import dev.outpour.settings.Loopback;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.transport.Transport;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the cluster manager and the event bus from {@link ClusterSettings}.
 *
 * <p>Nodes find each other only by the addresses in the configuration: there is no multicast and no
 * discovery service. The cluster provides membership and the event bus, and holds no part of the
 * log.
 */
public final class Clustering {

  private static final Logger log = LoggerFactory.getLogger(Clustering.class);

  /** The interval between pings to another node of the bus, and the timeout of each. */
  private static final int BUS_PING_MILLIS = 5000;

  /** Messages to a node queue without a bound until it is connected. The default is a minute. */
  private static final int BUS_CONNECT_MILLIS = 5000;

  /** How long nodes that start at the same moment wait until one of them is the first. */
  private static final int ANSWER_SECONDS = 2;

  private static final int PORTS_TRIED = 20;

  private Clustering() {}

  /** Creates a manager, which has not joined yet. */
  public static ClusterManager manager(ClusterSettings settings) {
    // Some classes of Hazelcast log before they read any configuration.
    System.setProperty("hazelcast.logging.type", "slf4j");
    return new HazelcastClusterManager(config(settings));
  }

  /**
   * Options of an event bus on the node's address. It pings its peers, and uses TLS if it is set.
   */
  public static EventBusOptions eventBus(ClusterSettings settings) {
    EventBusOptions options =
        new EventBusOptions()
            .setHost(settings.host())
            .setConnectTimeout(BUS_CONNECT_MILLIS)
            .setClusterPingInterval(BUS_PING_MILLIS)
            .setClusterPingReplyInterval(BUS_PING_MILLIS);
    BusTransport.mark(options);
    settings.tls().ifPresent(tls -> tls.applyTo(options));
    return options;
  }

  /** Wraps a transport, so that failed connections of the event bus are logged. */
  public static Transport transport(Transport transport) {
    return BusTransport.watching(transport);
  }

  /**
   * Watches when this node's certificate expires, and reports it in the log and in the metrics.
   * Warns if it has none, and other machines can reach it.
   */
  public static void watch(Vertx vertx, ClusterSettings settings) {
    if (settings.tls().isPresent()) {
      CertificateWatch.begin(vertx, settings.tls().get().end());
    } else if (!Loopback.is(settings.host())) {
      log.warn(
          "Everyone who reaches {} can read, publish and revoke over the event bus: let only trusted"
              + " machines reach it and the port of Hazelcast, and set cluster.tlsCertificate,"
              + " cluster.tlsKey and cluster.tlsTrust",
          settings.host());
    }
  }

  static Config config(ClusterSettings settings) {
    Config config = ConfigUtil.loadConfig();
    config.setClusterName(settings.name());
    config
        .setProperty("hazelcast.phone.home.enabled", "false")
        .setProperty("hazelcast.heartbeat.interval.seconds", "1")
        .setProperty("hazelcast.max.no.heartbeat.seconds", "" + settings.silenceSeconds())
        // The default is five minutes.
        .setProperty("hazelcast.merge.first.run.delay.seconds", "" + settings.mergeSeconds())
        .setProperty("hazelcast.merge.next.run.delay.seconds", "" + settings.mergeSeconds())
        // Hazelcast waits for nodes that start at the same moment. These may start at any time.
        .setProperty("hazelcast.wait.seconds.before.join", "0")
        .setProperty("hazelcast.socket.bind.any", "false");
    config.getMetricsConfig().setEnabled(false);
    config.addListenerConfig(new ListenerConfig(new MembershipLog()));

    NetworkConfig network = config.getNetworkConfig();
    network.setPort(settings.port()).setPortAutoIncrement(true).setPortCount(PORTS_TRIED);
    network.getInterfaces().setEnabled(true).addInterface(address(settings.host()));
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig()
        .setEnabled(true)
        .setConnectionTimeoutSeconds(ANSWER_SECONDS)
        .setMembers(new ArrayList<>(settings.members()));
    return config;
  }

  private static String address(String host) {
    try {
      InetAddress address = InetAddress.getByName(host);
      if (NetworkInterface.getByInetAddress(address) != null) {
        return address.getHostAddress();
      }
    } catch (IOException e) {
      throw notHere(host, e);
    }
    throw notHere(host, null);
  }

  private static CannotStartException notHere(String host, @Nullable IOException cause) {
    return new CannotStartException(
        "cluster.host " + host + " is not an address of this machine", cause);
  }
}
