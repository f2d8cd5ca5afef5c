package dev.outpour.cluster;

import dev.outpour.settings.Loopback;
import dev.outpour.settings.Section;
import java.util.List;

/**
 * How nodes find each other and how soon they miss one. Counts only with {@code -cluster}.
 *
 * @param name nodes of another name are strangers; default outpour
 * @param host the one address of this node that others connect to; default 127.0.0.1
 * @param port the first port tried, 1 to 65,515; the next free one of twenty is taken; default 5701
 * @param members where to look for others, {@code host:port}; default the first three ports of this
 *     machine
 * @param trustedNetwork whether the network of a host that is not the loopback keeps strangers out:
 *     what nodes tell each other is neither encrypted nor authenticated; default false
 * @param silenceSeconds seconds after which a node that is not heard of is taken for dead, 2 to
 *     300; default 10
 * @param mergeSeconds seconds between attempts to join again what fell apart, 1 to 300; default 5
 */
public record ClusterSettings(
    String name,
    String host,
    int port,
    List<String> members,
    boolean trustedNetwork,
    int silenceSeconds,
    int mergeSeconds) {

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
            section.integer("mergeSeconds", 5, 1, 300));
    if (!Loopback.is(settings.host) && !settings.trustedNetwork) {
      section.fault(
          "host",
          settings.host
              + " can be reached from other machines, and nodes neither encrypt nor authenticate"
              + " what they tell each other: set cluster.trustedNetwork to true if that network"
              + " keeps strangers out");
    }
    return settings;
  }

  private static void checkMember(String member) {
    if (!member.matches("(\\[[0-9a-fA-F:.]+]|[^\\s:/\\[\\]]+):\\d{1,5}")) {
      throw new IllegalArgumentException("must be members as host:port");
    }
  }
}
