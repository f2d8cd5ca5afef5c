package dev.outpour.cluster;

import dev.outpour.files.PemFile;
import dev.outpour.settings.Loopback;
import dev.outpour.settings.Section;
import dev.outpour.settings.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The section {@code cluster}. It is used only with {@code -cluster}.
 *
 * @param name the name of the cluster. Nodes join only a cluster of their name; default outpour
 * @param host the address of this node, to which other nodes connect; default 127.0.0.1
 * @param port the port of Hazelcast, 1 to 65,515. If it is taken, the node uses the next free one
 *     of twenty; default 5701
 * @param members the addresses of other nodes, {@code host:port}; default the first three ports of
 *     this machine
 * @param trustedNetwork whether only trusted machines reach the host. It is required off the
 *     loopback, since Hazelcast neither encrypts nor authenticates; default false
 * @param silenceSeconds seconds without a heartbeat after which a node counts as dead, 2 to 300;
 *     default 10
 * @param mergeSeconds seconds between attempts to merge a split cluster, 1 to 300; default 5
 * @param tls the certificates for TLS on the event bus; default none
 */
public record ClusterSettings(
    String name,
    String host,
    int port,
    List<String> members,
    boolean trustedNetwork,
    int silenceSeconds,
    int mergeSeconds,
    Optional<EventBusTls> tls) {

  /** Reads a section and the files that it names. It blocks. */
  public static ClusterSettings from(Section section) {
    ClusterSettings settings =
        new ClusterSettings(
            section.text("name", "outpour"),
            section.text("host", "127.0.0.1"),
            section.integer("port", 5701, 1, 65_515),
            section.texts(
                "members",
                List.of("127.0.0.1:5701", "127.0.0.1:5702", "127.0.0.1:5703"),
                ClusterSettings::checkMember),
            section.flag("trustedNetwork", false),
            section.integer("silenceSeconds", 10, 2, 300),
            section.integer("mergeSeconds", 5, 1, 300),
            tls(section));
    if (!Loopback.is(settings.host) && !settings.trustedNetwork) {
      section.fault(
          "host",
          settings.host
              + " can be reached from other machines, and Hazelcast neither encrypts nor"
              + " authenticates, whatever the event bus does: set cluster.trustedNetwork to true if"
              + " only trusted machines reach it");
    }
    return settings;
  }

  private static Optional<EventBusTls> tls(Section section) {
    Map<String, String> files = new LinkedHashMap<>();
    for (String key : List.of(EventBusTls.CERTIFICATE, EventBusTls.KEY, EventBusTls.TRUST)) {
      String file = section.optional(key, Section::checkFile);
      if (!file.isEmpty()) {
        files.put(key, file);
      }
    }
    if (files.size() == 1 || files.size() == 2) {
      section.fault(
          EventBusTls.CERTIFICATE,
          "must be set together with cluster.tlsKey and cluster.tlsTrust: set all three, or none for an event bus"
              + " without TLS");
      return Optional.empty();
    }
    List<PemFile> read = new ArrayList<>();
    files.forEach((key, file) -> read(section, key, file).ifPresent(read::add));
    return read.size() == 3
        ? Optional.of(new EventBusTls(read.get(0), read.get(1), read.get(2)))
        : Optional.empty();
  }

  private static Optional<PemFile> read(Section section, String key, String file) {
    try {
      return Optional.of(PemFile.read(file));
    } catch (IllegalArgumentException e) {
      section.fault(key, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** Adds a fault for each file whose contents cannot be used. */
  public void checkFiles(Settings settings) {
    tls.ifPresent(files -> files.check(settings));
  }

  private static void checkMember(String member) {
    if (!member.matches("(\\[[0-9a-fA-F:.]+]|[^\\s:/\\[\\]]+):\\d{1,5}")) {
      throw new IllegalArgumentException("must be members in the form host:port");
    }
  }
}
