package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.SseParser.Event;
import dev.outpour.update.Interest;
import dev.outpour.update.Position;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Random closes, joins, full sockets and failing writes, while the log grows and is swept: whoever
 * comes back with its last event id has every match once, in order, as in the plain list that is
 * the model.
 */
class AudienceModelTest {

  private static final String[][] WANTS = {
    {"a"}, {"b"}, {"a", "b"}, {"**"}, {"*"}, {"d/*"}, {"d/**", "a"}, {"never"},
  };
  private static final String[][] TOPICS = {
    {"a"}, {"b"}, {"a", "b"}, {"d/x"}, {"d/x", "d/y"}, {"d/x/y", "b"}, {"else"},
  };

  /** One and the same reader over many connections. */
  private static final class Chain {
    final String[] wants;
    final List<Event> had = new ArrayList<>();
    String lastEventId = "";
    long from;
    AudienceRig.Reader connection;

    Chain(String[] wants) {
      this.wants = wants;
    }

    boolean isConnected() {
      return connection != null;
    }
  }

  private record Published(Position position, List<Topic> topics, String data) {}

  @Test
  void everyChainOfConnectionsHasEveryMatchOnce() {
    for (int round = 0; round < 6; round++) {
      long seed = System.nanoTime();
      try (AudienceRig rig = new AudienceRig()) {
        run(rig, new Random(seed), "seed " + seed);
      }
    }
  }

  private static void run(AudienceRig rig, Random random, String seed) {
    List<Published> published = new ArrayList<>();
    List<Chain> chains = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      chains.add(new Chain(WANTS[random.nextInt(WANTS.length)]));
    }
    for (int step = 0; step < 600; step++) {
      Chain chain = chains.get(random.nextInt(chains.size()));
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3 -> publish(rig, random, published);
        case 4, 5 -> rig.grown();
        case 6 -> rig.heartbeat();
        case 7 -> {
          if (chain.isConnected()) {
            rig.on(
                random.nextBoolean()
                    ? chain.connection.socket()::clog
                    : chain.connection.socket()::drain);
          }
        }
        case 8 -> connect(rig, chain);
        default -> cut(rig, chain, random, published);
      }
    }
    for (Chain chain : chains) {
      connect(rig, chain);
    }
    rig.grown();
    for (Chain chain : chains) {
      rig.on(chain.connection.socket()::drain);
      rig.awaitLive(chain.connection);
      collect(rig, chain);
      assertThat(chain.had)
          .as("%s, wants %s, from %d", seed, List.of(chain.wants), chain.from)
          .isEqualTo(expected(chain, published));
    }
  }

  private static void publish(AudienceRig rig, Random random, List<Published> published) {
    String[] topics = TOPICS[random.nextInt(TOPICS.length)];
    String data = Integer.toString(published.size());
    published.add(
        new Published(
            rig.publish(data, topics), Stream.of(topics).map(Topic::parse).toList(), data));
  }

  private static void connect(AudienceRig rig, Chain chain) {
    if (chain.isConnected()) {
      return;
    }
    chain.connection =
        chain.lastEventId.isEmpty()
            ? rig.enter(new Start.Now(), chain.wants)
            : rig.comeBack(chain.lastEventId, chain.wants);
    if (chain.lastEventId.isEmpty()) {
      chain.lastEventId = chain.connection.socket().lastEventId();
      chain.from = Position.parse(chain.lastEventId).orElseThrow().sequence();
    }
  }

  private static void cut(AudienceRig rig, Chain chain, Random random, List<Published> published) {
    if (chain.isConnected()) {
      double share = random.nextDouble();
      rig.on(() -> chain.connection.socket().breakAfter(share));
      if (random.nextBoolean()) {
        // What is written to a broken socket is lost on the way.
        publish(rig, random, published);
        rig.grown();
      }
      rig.leave(chain.connection);
      collect(rig, chain);
    }
  }

  private static void collect(AudienceRig rig, Chain chain) {
    rig.on(
        () -> {
          RecordingWriter socket = chain.connection.socket();
          assertThat(socket.isEnded()).isFalse();
          assertThat(socket.words()).extracting(Event::name).allMatch("outpour.resumed"::equals);
          chain.had.addAll(socket.events());
          String last = socket.lastEventId();
          chain.lastEventId = last.isEmpty() ? chain.lastEventId : last;
          chain.connection = null;
        });
  }

  private static List<Event> expected(Chain chain, List<Published> published) {
    Interest interest = Interest.of(Stream.of(chain.wants).map(TopicPattern::parse).toList());
    return published.stream()
        .filter(each -> each.position().sequence() > chain.from)
        .filter(each -> interest.matches(each.topics()))
        .map(each -> new Event(each.position().toString(), "message", each.data()))
        .toList();
  }
}
