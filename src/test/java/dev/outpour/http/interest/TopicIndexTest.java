package dev.outpour.http.interest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.outpour.http.delivery.InterestGroup;
import dev.outpour.http.delivery.RecordingWriter;
import dev.outpour.http.delivery.Subscriber;
import dev.outpour.http.stream.TransferCoding;
import dev.outpour.http.stream.UpdateSet;
import dev.outpour.loop.TurnBudget;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Draft;
import dev.outpour.update.Generators;
import dev.outpour.update.Interest;
import dev.outpour.update.Page;
import dev.outpour.update.Position;
import dev.outpour.update.Samples;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TopicIndexTest {

  private static InterestGroup group(Interest interest) {
    return new InterestGroup(
        new InterestGroup.Want(interest, EventEncoder.Form.PLAIN, TransferCoding.PLAIN));
  }

  private static Page page(List<Draft> drafts) {
    List<Update> updates = new ArrayList<>();
    for (Draft draft : drafts) {
      updates.add(draft.at(new Position(Samples.EPOCH, updates.size() + 1), 0));
    }
    return new Page(Samples.LINEAGE, 1, 0, updates.size(), updates);
  }

  private static List<Update> naive(InterestGroup group, Page page, long after) {
    return page.updates().stream()
        .filter(each -> each.sequence() > after && group.interest().matches(each.topics()))
        .toList();
  }

  private static Map<InterestGroup, List<Update>> naive(
      List<InterestGroup> groups, Page page, long after) {
    Map<InterestGroup, List<Update>> wanted = new HashMap<>();
    for (InterestGroup group : groups) {
      List<Update> updates = naive(group, page, after);
      if (!updates.isEmpty()) {
        wanted.put(group, updates);
      }
    }
    return wanted;
  }

  @Provide
  Arbitrary<List<Interest>> interests() {
    return Generators.interests().list().ofMaxSize(12);
  }

  @Provide
  Arbitrary<List<Draft>> drafts() {
    return Generators.drafts().list().ofMaxSize(12);
  }

  @Property
  void findsForEveryGroupWhatItWantsOnceAndInOrder(
      @ForAll("interests") List<Interest> interests,
      @ForAll("drafts") List<Draft> drafts,
      @ForAll @IntRange(max = 12) int after,
      @ForAll Random random) {
    TopicIndex<InterestGroup> index = new TopicIndex<>();
    List<InterestGroup> groups = new ArrayList<>();
    for (Interest interest : interests) {
      InterestGroup group = group(interest);
      groups.add(group);
      index.add(group);
      wanted(index, page(drafts), 0);
    }
    groups.removeIf(
        group -> {
          boolean leaves = random.nextInt(3) == 0;
          if (leaves) {
            index.remove(group);
          }
          return leaves;
        });
    Page page = page(drafts);
    assertThat(wanted(index, page, after)).isEqualTo(naive(groups, page, after));
  }

  /** Two ways to write the same: whoever reads both leaves nothing behind. */
  @Test
  void groupWhosePatternsMeanTheSameIsRemovedWhole() {
    TopicIndex<InterestGroup> index = new TopicIndex<>();
    InterestGroup group = group(Samples.interest("**/*", "*/**", "a/**/*/**", "a/*/**"));
    index.add(group);
    index.remove(group);
    assertThat(wanted(index, page(List.of(Samples.draft("x", "a/b"))), 0)).isEmpty();
    assertThat(index.size()).isZero();
  }

  @Property
  void groupsThatAreBehindAreFoundTheSameTogetherAndAlone(
      @ForAll("interests") @Size(min = 1) List<Interest> interests,
      @ForAll("drafts") List<Draft> drafts,
      @ForAll boolean areMany) {
    Page page = page(drafts);
    TopicIndex<InterestGroup> index = new TopicIndex<>();
    PageMatches<InterestGroup, Subscriber> shares = new PageMatches<>(index);
    List<Subscriber> readers = new ArrayList<>();
    for (Interest interest : interests) {
      Subscriber reader = new Subscriber(group(interest), new Start.Now(), new RecordingWriter());
      readers.add(reader);
      index.add(reader.group());
      shares.ask(reader, reader.group(), page);
      assertThat(shares.of(reader.group(), page).of(page))
          .isEqualTo(naive(reader.group(), page, 0));
    }
    for (int i = 0; !areMany && i < 4 * interests.size(); i++) {
      index.add(group(Samples.interest("**")));
    }
    shares.run(new TurnBudget(), (reader, why) -> fail(why));
    for (Subscriber reader : readers) {
      assertThat(shares.next()).isEqualTo(new PageMatches.Found<>(reader, page));
      UpdateSet known = shares.known(reader.group(), page);
      assertThat(known).isNotNull();
      assertThat(known.of(page)).isEqualTo(naive(reader.group(), page, 0));
    }
    assertThat(shares.next()).isNull();
    assertThat(shares.isAsked()).isFalse();
  }

  @Test
  void groupThatNamesNothingWantsTheDefaultTopicOnceItIsKnown() {
    Page page = page(List.of(Samples.draft("x", "updates"), Samples.draft("y", "other")));
    InterestGroup group = group(Samples.interest());
    group.defaultTopic(Topic.parse("updates"));
    assertThat(new PageMatches<>(new TopicIndex<>()).of(group, page).of(page))
        .containsExactly(page.updates().get(0));
    InterestGroup named = group(Samples.interest("other"));
    named.defaultTopic(Topic.parse("updates"));
    assertThat(new PageMatches<>(new TopicIndex<>()).of(named, page).of(page))
        .containsExactly(page.updates().get(1));
  }

  private static Map<InterestGroup, List<Update>> wanted(
      TopicIndex<InterestGroup> index, Page page, long after) {
    PageMatching<InterestGroup> matching = new PageMatching<>(index, page, after);
    while (!matching.run(new TurnBudget())) {
      // All at once.
    }
    Map<InterestGroup, List<Update>> wanted = new HashMap<>();
    matching.wanted().forEach((group, share) -> wanted.put(group, share.of(page)));
    return wanted;
  }
}
