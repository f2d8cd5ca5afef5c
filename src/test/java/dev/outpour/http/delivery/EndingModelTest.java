package dev.outpour.http.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.SseParser.Event;
import dev.outpour.update.Interest;
import dev.outpour.update.Position;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Topics that end at random, while readers come and go and their sockets are full or fail: whoever
 * comes back with its last event id has every match once, is told of each end, and its stream ends
 * if all that it wants has ended and not before.
 */
class EndingModelTest {

  private static final String[] TOPICS = {"a", "b", "c", "d", "e"};
  private static final String[][] WANTS = {
    {"a"},
    {"b"},
    {"e"},
    {"a", "b"},
    {"b", "c", "d"},
    {"a", "b", "c", "d", "e"},
    {"*"},
    {"a", "b/**"},
  };

  private record Published(Position position, List<Topic> topics, String data) {}

  /** One and the same reader over many connections. */
  private static final class Chain {
    final String[] wants;
    final Interest interest;
    final List<Event> had = new ArrayList<>();
    final Set<String> told = new HashSet<>();
    Position last;
    long from;
    boolean over;
    SubscribersRig.Reader connection;

    Chain(String[] wants) {
      this.wants = wants;
      this.interest = Interest.of(Stream.of(wants).map(TopicPattern::parse).toList());
    }
  }

  private final List<Published> published = new ArrayList<>();
  private final Set<Topic> ended = new HashSet<>();
  private Random random;
  private SubscribersRig rig;

  @Test
  void everyChainHasEveryMatchOnceAndEndsWithItsTopics() {
    for (int round = 0; round < 12; round++) {
      long seed = System.nanoTime();
      random = new Random(seed);
      published.clear();
      ended.clear();
      try (SubscribersRig opened = new SubscribersRig()) {
        rig = opened;
        run("seed " + seed, 1 + round % 3 * 20);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private void run(String seed, int rarity) {
    List<Chain> chains = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      chains.add(new Chain(WANTS[random.nextInt(WANTS.length)]));
    }
    for (int step = 0; step < 250; step++) {
      Chain chain = chains.get(random.nextInt(chains.size()));
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3 -> publish(rarity);
        case 4, 5 -> rig.grown();
        case 6 -> rig.heartbeat();
        case 7 -> clogOrDrain(chain);
        case 8 -> connect(chain);
        default -> cut(chain);
      }
    }
    chains.forEach(this::connect);
    rig.grown();
    for (Chain chain : chains) {
      finish(chain);
      assertThat(chain.had)
          .as("%s, wants %s, from %d", seed, List.of(chain.wants), chain.from)
          .isEqualTo(expected(chain));
      assertThat(chain.over).as("%s, %s", seed, List.of(chain.wants)).isEqualTo(isOver(chain));
      assertThat(chain.told).allMatch(topic -> ended.contains(Topic.parse(topic)));
    }
  }

  private boolean isOver(Chain chain) {
    return chain.interest.isExact() && ended.containsAll(chain.interest.topics());
  }

  private void publish(int rarity) {
    List<Topic> topics =
        Stream.of(TOPICS)
            .map(Topic::parse)
            .filter(topic -> random.nextInt(3) == 0 && !ended.contains(topic))
            .toList();
    String[] names =
        topics.isEmpty()
            ? new String[] {"else"}
            : topics.stream().map(Topic::name).toArray(String[]::new);
    String data = Integer.toString(published.size());
    boolean last = !topics.isEmpty() && random.nextInt(rarity) == 0;
    Position position = last ? rig.publishLast(data, names) : rig.publish(data, names);
    ended.addAll(last ? topics : List.of());
    published.add(new Published(position, Stream.of(names).map(Topic::parse).toList(), data));
  }

  private void clogOrDrain(Chain chain) {
    if (chain.connection != null) {
      RecordingWriter socket = chain.connection.socket();
      rig.on(random.nextBoolean() ? socket::clog : socket::drain);
    }
  }

  private void connect(Chain chain) {
    if (chain.connection != null || chain.over) {
      return;
    }
    Position head = published.isEmpty() ? null : published.get(published.size() - 1).position();
    if (chain.last != null) {
      chain.connection = rig.enter(new Start.After(chain.last), chain.wants);
    } else if (head != null) {
      chain.last = head;
      chain.from = head.sequence();
      chain.connection = rig.enter(new Start.After(head), chain.wants);
    }
  }

  private void cut(Chain chain) {
    if (chain.connection != null) {
      double share = random.nextDouble();
      rig.on(() -> chain.connection.socket().breakAfter(share));
      rig.grown();
      rig.leave(chain.connection);
      collect(chain);
    }
  }

  private void finish(Chain chain) {
    while (chain.connection != null) {
      SubscribersRig.Reader reader = chain.connection;
      rig.on(reader.socket()::drain);
      Await.until(
          () -> rig.on(() -> isSettled(reader)),
          () -> reader.stream().state + " " + reader.socket().blocks());
      collect(chain);
      if (!chain.over && isOver(chain)) {
        connect(chain);
      }
    }
  }

  private static boolean isSettled(SubscribersRig.Reader reader) {
    return reader.socket().isEnded() || reader.stream().state == Subscriber.State.LIVE;
  }

  private void collect(Chain chain) {
    rig.on(
        () -> {
          RecordingWriter socket = chain.connection.socket();
          chain.had.addAll(socket.events());
          socket.words().stream()
              .filter(word -> word.name().equals("outpour.ended"))
              .forEach(word -> chain.told.add(word.data().split("\"")[3]));
          chain.last = Position.parse(socket.lastEventId()).orElse(chain.last);
          chain.over = socket.isDeclined();
          chain.connection = null;
        });
  }

  private List<Event> expected(Chain chain) {
    return published.stream()
        .filter(each -> each.position().sequence() > chain.from)
        .filter(each -> chain.interest.matches(each.topics()))
        .map(each -> new Event(each.position().toString(), "message", each.data()))
        .toList();
  }
}
