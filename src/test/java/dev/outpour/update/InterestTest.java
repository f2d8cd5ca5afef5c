package dev.outpour.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class InterestTest {

  @Test
  void namesAndPatternsAreToldApart() {
    Interest interest = Samples.interest("orders", "news/*", "**/urgent");
    assertThat(interest.topics()).containsExactlyInAnyOrder(Topic.parse("orders"));
    assertThat(interest.patterns())
        .containsExactlyInAnyOrder(TopicPattern.parse("news/*"), TopicPattern.parse("**/urgent"));
  }

  @Test
  void oneMatchingTopicOfAnUpdateIsEnough() {
    Interest interest = Samples.interest("orders", "news/*");
    assertThat(interest.matches(Samples.topics("other", "news/today"))).isTrue();
    assertThat(interest.matches(Samples.topics("other", "orders"))).isTrue();
    assertThat(interest.matches(Samples.topics("other", "news"))).isFalse();
  }

  @Test
  void nothingNamedMatchesNothing() {
    assertThat(Samples.interest().isEmpty()).isTrue();
    assertThat(Samples.interest().matches(Topic.parse("a"))).isFalse();
    assertThat(Samples.interest("**").isEmpty()).isFalse();
  }

  @Test
  void joiningNamesNeverMakesTwoInterestsOne() {
    assertThat(Samples.interest("a", "b")).isNotEqualTo(Samples.interest("a,b"));
    assertThat(Samples.interest("a", "b")).isNotEqualTo(Samples.interest("a b"));
    assertThat(Samples.interest("a/b")).isNotEqualTo(Samples.interest("a", "b"));
  }

  @Provide
  Arbitrary<List<TopicPattern>> asked() {
    return Generators.patterns().list().ofMaxSize(6);
  }

  @Provide
  Arbitrary<Topic> topics() {
    return Generators.topics();
  }

  @Property
  void orderAndRepetitionMakeNoDifference(
      @ForAll("asked") List<TopicPattern> asked, @ForAll Random random) {
    List<TopicPattern> shuffled = new ArrayList<>(asked);
    shuffled.addAll(asked);
    Collections.shuffle(shuffled, random);
    assertThat(Interest.of(shuffled))
        .isEqualTo(Interest.of(asked))
        .hasSameHashCodeAs(Interest.of(asked));
  }

  @Property
  void matchesWhatAnyOfItsPatternsMatches(
      @ForAll("asked") List<TopicPattern> asked, @ForAll("topics") Topic topic) {
    assertThat(Interest.of(asked).matches(topic))
        .isEqualTo(asked.stream().anyMatch(pattern -> pattern.matches(topic)));
  }
}
