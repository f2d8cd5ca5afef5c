package dev.outpour.match;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PatternTreeTest {

  private static final List<String> SEGMENTS = List.of("a", "b", "c", "*", "**");

  private static String text(Random random, int most, int kinds) {
    return IntStream.rangeClosed(0, random.nextInt(most))
        .mapToObj(i -> SEGMENTS.get(random.nextInt(kinds)))
        .collect(Collectors.joining("/"));
  }

  /** Mostly short patterns, some with more segments than a word has bits. */
  private static Topic topic(Random random) {
    return Topic.parse(text(random, random.nextInt(20) == 0 ? 100 : 8, random.nextInt(1, 4)));
  }

  private static TopicPattern pattern(Random random) {
    return TopicPattern.parse(text(random, random.nextInt(20) == 0 ? 60 : 6, 5));
  }

  /** Owners by pattern, compared one by one. */
  private static Set<Integer> plain(Map<TopicPattern, Set<Integer>> patterns, Topic topic) {
    Set<Integer> owners = new HashSet<>();
    patterns.forEach((pattern, own) -> owners.addAll(pattern.matches(topic) ? own : Set.of()));
    return owners;
  }

  private static Set<Integer> found(PatternTree<Integer> tree, Topic topic) {
    Walk<Integer> walk = tree.walk(topic);
    while (!walk.isDone()) {
      walk.run(1_000);
    }
    return walk.found();
  }

  @Property(tries = 50)
  void findsWhatThePlainMatcherDoesWhoeverComesAndGoes(@ForAll Random random) {
    PatternTree<Integer> tree = new PatternTree<>();
    Map<TopicPattern, Set<Integer>> plain = new HashMap<>();
    List<Map.Entry<TopicPattern, Integer>> all = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      if (random.nextInt(5) < 3 || all.isEmpty()) {
        TopicPattern pattern = pattern(random);
        plain.computeIfAbsent(pattern, first -> new HashSet<>()).add(i);
        all.add(Map.entry(pattern, i));
        tree.add(pattern, i);
      } else {
        remove(tree, plain, all.remove(random.nextInt(all.size())));
      }
      Topic topic = topic(random);
      assertThat(found(tree, topic)).as("%s", topic).isEqualTo(plain(plain, topic));
    }
    all.forEach(each -> remove(tree, plain, each));
    assertThat(tree.isEmpty()).isTrue();
    assertThat(SEGMENTS).allMatch(segment -> tree.words.number(segment) < 0);
  }

  private static void remove(
      PatternTree<Integer> tree,
      Map<TopicPattern, Set<Integer>> plain,
      Map.Entry<TopicPattern, Integer> gone) {
    tree.remove(gone.getKey(), gone.getValue());
    plain.get(gone.getKey()).remove(gone.getValue());
  }

  @Property(tries = 50)
  void walkThatPausesFindsThoseWhoAreThereAllTheTime(@ForAll Random random) {
    PatternTree<Integer> tree = new PatternTree<>();
    List<Map.Entry<TopicPattern, Integer>> stay = new ArrayList<>();
    List<Map.Entry<TopicPattern, Integer>> others = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Map.Entry<TopicPattern, Integer> each = Map.entry(pattern(random), i);
      (random.nextBoolean() ? stay : others).add(each);
      tree.add(each.getKey(), i);
    }
    Topic topic = topic(random);
    Topic another = topic(random);
    Walk<Integer> walk = tree.walk(topic);
    for (int i = 1_000; !walk.isDone(); i++) {
      walk.run(1 + random.nextInt(20));
      found(tree, another);
      if (random.nextBoolean()) {
        Map.Entry<TopicPattern, Integer> each = Map.entry(pattern(random), i);
        others.add(each);
        tree.add(each.getKey(), i);
      } else if (!others.isEmpty()) {
        Map.Entry<TopicPattern, Integer> gone = others.remove(random.nextInt(others.size()));
        tree.remove(gone.getKey(), gone.getValue());
      }
    }
    Set<Integer> found = walk.found();
    assertThat(stay)
        .allMatch(each -> found.contains(each.getValue()) == each.getKey().matches(topic));
    assertThat(others)
        .allMatch(each -> !found.contains(each.getValue()) || each.getKey().matches(topic));
  }

  private static int steps(PatternTree<Integer> tree, Topic topic) {
    Walk<Integer> walk = tree.walk(topic);
    int steps = 0;
    while (!walk.isDone()) {
      steps += walk.run(100);
    }
    return steps;
  }

  @Test
  void beginningInCommonIsPassedOnceWhateverTheStars() {
    PatternTree<Integer> tree = new PatternTree<>();
    for (int i = 0; i < 10_000; i++) {
      tree.add(TopicPattern.parse("**/a/**/a/**/a/**/a/**/a/**/a/x" + i), i);
    }
    assertThat(steps(tree, Topic.parse("a/".repeat(31) + "a"))).isLessThan(200);
    assertThat(found(tree, Topic.parse("a/".repeat(31) + "x77"))).containsExactly(77);
  }

  @Test
  void oneOfVeryManySegmentsBehindAStarIsFoundByItsName() {
    PatternTree<Integer> tree = new PatternTree<>();
    for (int i = 0; i < 100_000; i++) {
      tree.add(TopicPattern.parse("*/" + i), i);
    }
    assertThat(steps(tree, Topic.parse("orders/4711"))).isLessThan(50);
    assertThat(found(tree, Topic.parse("orders/4711"))).containsExactly(4711);
  }

  @Test
  void patternsWithNothingInCommonAreEachPassedOnce() {
    PatternTree<Integer> tree = new PatternTree<>();
    DearPatterns dear = new DearPatterns(1);
    int segments = 0;
    for (int i = 0; i < 2_000; i++) {
      TopicPattern pattern = TopicPattern.parse(dear.next());
      segments += pattern.segments().size();
      tree.add(pattern, i);
    }
    for (int i = 0; i < 100; i++) {
      Topic topic = Topic.parse(dear.topic());
      assertThat(steps(tree, topic)).isLessThan(segments);
      assertThat(found(tree, topic)).isEmpty();
    }
  }

  @Test
  void noPatternTakesInTheHubsOwnTopics() {
    PatternTree<Integer> tree = new PatternTree<>();
    tree.add(TopicPattern.parse("**"), 1);
    tree.add(TopicPattern.parse("*/status"), 2);
    assertThat(found(tree, Topic.STATUS)).isEmpty();
    assertThat(found(tree, Topic.parse("a/status"))).containsExactlyInAnyOrder(1, 2);
  }
}
