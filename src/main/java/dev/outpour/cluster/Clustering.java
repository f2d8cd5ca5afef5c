package dev.outpour.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.config.NetworkConfig;
import dev.outpour.settings.CannotStartException;
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

/**
 * Turns {@link ClusterSettings} into a cluster manager and the event bus that goes with it.
 *
 * <p>Nodes find each other by the listed addresses alone: nothing is broadcast, guessed or asked of
 * the outside. The cluster serves membership and the event bus; no truth is kept in it.
 */
public final class Clustering {
  /**
   * How often a node of the event bus is asked whether it is there, and how long it may take to
   * answer.
   */
  private static final int BUS_PING_MILLIS = 5000;

  /** Messages wait for a connection without bound: not for a minute, as they do by default. */
  private static final int BUS_CONNECT_MILLIS = 5000;

  /** How long nodes that start at the same moment wait for one of them to be the first. */
  private static final int ANSWER_SECONDS = 2;

  private static final int PORTS_TRIED = 20;

  private Clustering() {}

  /** A manager that has not joined yet. */
  public static ClusterManager manager(ClusterSettings settings) {
    // Some of its classes log before they have seen any configuration.
    System.setProperty("hazelcast.logging.type", "slf4j");
    return new HazelcastClusterManager(config(settings));
  }

  /**
   * An event bus on the node's one address, that notices a silent node, and knows others by their
   * certificates if there are such.
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

  /**
   * The transport for one Vert.x: connections of its event bus that fail are told in the log, and
   * where anyone can connect who reaches its port, what is no frame of a bus does not get in. With
   * certificates nobody else gets as far.
   */
  public static Transport transport(Transport transport, ClusterSettings settings) {
    return BusTransport.watching(transport, settings.tls().isPresent());
  }

  /** Has told in time, in the log and in the metrics, when the node's certificate expires. */
  public static void watch(Vertx vertx, ClusterSettings settings) {
    settings.tls().ifPresent(tls -> CertificateWatch.begin(vertx, tls.end()));
  }

  static Config config(ClusterSettings settings) {
    Config config = ConfigUtil.loadConfig();
    config.setClusterName(settings.name());
    config
        .setProperty("hazelcast.phone.home.enabled", "false")
        .setProperty("hazelcast.heartbeat.interval.seconds", "1")
        .setProperty("hazelcast.max.no.heartbeat.seconds", "" + settings.silenceSeconds())
        // By default a node that was cut off stays deaf for five minutes.
        .setProperty("hazelcast.merge.first.run.delay.seconds", "" + settings.mergeSeconds())
        .setProperty("hazelcast.merge.next.run.delay.seconds", "" + settings.mergeSeconds())
        // The wait is for many nodes that start at the same moment; ours may come one by one.
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
