package dev.outpour.http.interest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.SseParser.Event;
import dev.outpour.http.delivery.InterestGroup;
import dev.outpour.http.delivery.SubscribersRig;
import dev.outpour.http.stream.TransferCoding;
import dev.outpour.http.stream.UpdateSet;
import dev.outpour.loop.TurnBudget;
import dev.outpour.match.DearPatterns;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Draft;
import dev.outpour.update.Page;
import dev.outpour.update.Position;
import dev.outpour.update.Samples;
import dev.outpour.update.Start;
import dev.outpour.update.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PageMatchingTest {

  private static InterestGroup group(String... patterns) {
    return new InterestGroup(
        new InterestGroup.Want(
            Samples.interest(patterns), EventEncoder.Form.PLAIN, TransferCoding.PLAIN));
  }

  private static TurnBudget spent() {
    TurnBudget budget = new TurnBudget();
    while (!budget.isTimeUp()) {
      Thread.onSpinWait();
    }
    return budget;
  }

  @Test
  void isMadeInSlicesAndFindsAllForThoseWhoAreThereAllTheTime() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    DearPatterns dear = new DearPatterns(seed);
    TopicIndex<InterestGroup> index = new TopicIndex<>();
    List<InterestGroup> stay = new ArrayList<>();
    List<InterestGroup> others = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      InterestGroup group = group(dear.next(), dear.next(), "**/a/**/" + (i % 3 == 0 ? "b" : "c"));
      (random.nextBoolean() ? stay : others).add(group);
      index.add(group);
    }
    List<Update> updates = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      Draft draft = Samples.draft("x", dear.topic(), dear.topic(), dear.topic());
      updates.add(draft.at(new Position(Samples.EPOCH, i), 0));
    }
    Page page = new Page(Samples.LINEAGE, 1, 0, 20, updates);
    PageMatching<InterestGroup> matching = new PageMatching<>(index, page, 5);
    int turns = 1;
    for (; !matching.run(spent()); turns++) {
      if (random.nextBoolean()) {
        others.add(group(dear.next(), "a/**", "b/**"));
        index.add(others.get(others.size() - 1));
      } else if (!others.isEmpty()) {
        index.remove(others.remove(random.nextInt(others.size())));
      }
    }
    assertThat(turns).as("seed %d", seed).isGreaterThan(20);
    Map<InterestGroup, UpdateSet> wanted = matching.wanted();
    for (InterestGroup group : stay) {
      List<Update> own =
          updates.stream()
              .filter(each -> each.sequence() > 5 && group.interest().matches(each.topics()))
              .toList();
      List<Update> found = wanted.containsKey(group) ? wanted.get(group).of(page) : List.of();
      assertThat(found).as("seed %d", seed).isEqualTo(own);
    }
    assertThat(others)
        .allMatch(
            each ->
                !wanted.containsKey(each)
                    || wanted.get(each).of(page).stream()
                        .allMatch(update -> each.interest().matches(update.topics())));
  }

  @Test
  void whoComesWhileItGoesOnGetsEachUpdateOnce() {
    DearPatterns dear = new DearPatterns(7);
    try (SubscribersRig rig = new SubscribersRig()) {
      for (int i = 0; i < 100; i++) {
        rig.enter(new Start.Now(), Stream.generate(dear::next).limit(16).toArray(String[]::new));
      }
      List<SubscribersRig.Reader> readers = new ArrayList<>();
      int updates = 40;
      for (int i = 0; i < updates; i++) {
        List<String> topics = new ArrayList<>(Stream.generate(dear::topic).limit(15).toList());
        topics.add("own");
        rig.publish(Integer.toString(i), topics.toArray(String[]::new));
        rig.growthIsHeard();
        readers.add(rig.enter(new Start.Earliest(), i % 2 == 0 ? "own" : "own/**"));
        readers.add(rig.enter(new Start.Earliest(), "own", "own/" + i + "/*"));
      }
      List<String> all = IntStream.range(0, updates).mapToObj(Integer::toString).toList();
      for (SubscribersRig.Reader reader : readers) {
        Await.until(() -> rig.on(() -> data(reader).equals(all)), () -> rig.on(() -> data(reader)));
      }
    }
  }

  private static List<String> data(SubscribersRig.Reader reader) {
    return reader.socket().events().stream().map(Event::data).toList();
  }

  @Test
  void shareHasTheUpdatesThatWereAddedInOrder() {
    Random random = new Random(3);
    for (int size : new int[] {1, 63, 64, 65, 1_024}) {
      UpdateSet share = new UpdateSet(size);
      List<Integer> added = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        if (random.nextInt(3) == 0) {
          added.add(i);
        }
      }
      added.forEach(share::add);
      List<Integer> found = new ArrayList<>();
      for (int i = share.next(0); i >= 0; i = share.next(i + 1)) {
        found.add(i);
      }
      assertThat(found).isEqualTo(added).hasSize(share.size());
    }
  }
}
