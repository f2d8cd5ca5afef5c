package dev.outpour;

import dev.outpour.http.HttpSettings;
import dev.outpour.http.HttpSettings.Service;
import dev.outpour.simulator.SimulatorSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The log line of a hub that is ready: what runs where, and how to try it. */
final class ReadyLine {
  private ReadyLine() {}

  /**
   * Formats the line.
   *
   * @param port the actual port of the hub
   * @param nodes the number of nodes in the cluster; 0 without a cluster
   */
  static String of(Configuration configuration, int port, int nodes) {
    List<String> parts = new ArrayList<>();
    if (nodes > 0) {
      parts.add("in cluster " + configuration.cluster().name() + " with " + nodes + " node(s)");
    }
    configuration.http().ifPresent(http -> listening(http, port, parts));
    if (configuration.http().isEmpty() && configuration.ingest().isPresent()) {
      parts.add("takes updates from the event bus");
    }
    configuration.simulator().map(ReadyLine::posting).ifPresent(parts::add);
    return parts.isEmpty() ? "Ready" : "Ready: " + String.join("; ", parts);
  }

  private static void listening(HttpSettings http, int port, List<String> parts) {
    String url = url(http, port);
    parts.add(
        http.host().stream()
            .map(host -> bracketed(host) + ":" + port)
            .collect(Collectors.joining(" and ", "listens on ", "")));
    if (http.serve().contains(Service.PAGE)) {
      parts.add("open " + url + "/ in a browser");
    }
    if (http.serve().contains(Service.EVENTS)) {
      parts.add("read with: curl -N " + url + "/events");
    }
    if (http.serve().contains(Service.UPDATE)) {
      parts.add("publish with: curl -d '{\"message\":\"hello\"}' " + url + "/update");
    }
  }

  /** The URL of a hub for a browser on this machine. */
  static String url(HttpSettings http, int port) {
    String scheme = http.tls().isOn() ? "https://" : "http://";
    return scheme + reachable(http.host().get(0)) + ":" + port;
  }

  private static String posting(SimulatorSettings simulator) {
    return "posts to " + simulator.url() + " every " + simulator.everyMillis() + " ms";
  }

  /** A host to connect to, if the hub listens on one or on all addresses. */
  static String reachable(String host) {
    return List.of("0.0.0.0", "::", "[::]").contains(host) ? "localhost" : bracketed(host);
  }

  private static String bracketed(String host) {
    return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
  }
}
