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
 * How nodes find each other and how soon they miss one. Counts only with {@code -cluster}.
 *
 * @param name nodes of another name are strangers; default outpour
 * @param host the one address of this node that others connect to; default 127.0.0.1
 * @param port the first port tried, 1 to 65,515; the next free one of twenty is taken; default 5701
 * @param members where to look for others, {@code host:port}; default the first three ports of this
 *     machine
 * @param trustedNetwork whether the network of a host that is not the loopback keeps strangers out:
 *     Hazelcast neither encrypts nor authenticates what nodes tell each other; default false
 * @param silenceSeconds seconds after which a node that is not heard of is taken for dead, 2 to
 *     300; default 10
 * @param mergeSeconds seconds between attempts to join again what fell apart, 1 to 300; default 5
 * @param tls what nodes show each other on the event bus, from three files or none; default none
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

  /** Reads a section, and the files that it names, once: it blocks. */
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
              + " authenticates what nodes tell each other, whatever the event bus does: set"
              + " cluster.trustedNetwork to true if that network keeps strangers out");
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
          "goes with cluster.tlsKey and cluster.tlsTrust: set all three, or none for an event bus"
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
      throw new IllegalArgumentException("must be members as host:port");
    }
  }
}
