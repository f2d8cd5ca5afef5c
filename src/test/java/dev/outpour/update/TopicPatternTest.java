package dev.outpour.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicPatternTest {

  @ParameterizedTest
  @CsvSource({
    "orders/42,       orders/42,       true",
    "orders/42,       orders/43,       false",
    "orders/42,       orders/42/lines, false",
    "orders/*,        orders/42,       true",
    "orders/*,        orders,          false",
    "orders/*,        orders/42/lines, false",
    "*,               orders,          true",
    "*,               orders/42,       false",
    "*/42,            orders/42,       true",
    "orders/*/lines,  orders/42/lines, true",
    "orders/**,       orders,          true",
    "orders/**,       orders/42,       true",
    "orders/**,       orders/42/lines, true",
    "orders/**,       ordersabc,       false",
    "**,              orders,          true",
    "**,              a/b/c/d,         true",
    "**/lines,        lines,           true",
    "**/lines,        orders/42/lines, true",
    "**/lines,        orders/42/line,  false",
    "a/**/b/**/c,     a/b/c,           true",
    "a/**/b/**/c,     a/x/b/y/z/c,     true",
    "a/**/b/**/c,     a/c/b,           false",
    "a/**/*/b,        a/b,             false",
    "a/**/*/b,        a/x/b,           true"
  })
  void starsStandForWholeSegments(String pattern, String topic, boolean matches) {
    assertThat(TopicPattern.parse(pattern).matches(Topic.parse(topic))).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "**", "*/**", "**/readers", "*/readers", "**/*"})
  void leadingStarNeverTakesInTheHubsOwnTopics(String pattern) {
    assertThat(TopicPattern.parse(pattern).matches(new Topic("outpour"))).isFalse();
    assertThat(TopicPattern.parse(pattern).matches(new Topic("outpour/readers"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "a//b",
        "/**",
        "**/",
        "a*",
        "*a",
        "a*b",
        "***",
        "a/b*/c",
        "outpour",
        "outpour/**",
        "a\n",
        "*/\0"
      })
  void whatIsNoPatternIsRefusedWithWhatToChange(String pattern) {
    Refusal refusal = Samples.refusalOf(() -> TopicPattern.parse(pattern));
    assertThat(refusal.status()).isEqualTo(400);
    assertThat(refusal.detail()).isNotBlank();
  }

  @Test
  void onlyAPatternWithoutAStarIsExact() {
    assertThat(TopicPattern.parse("a/b").isExact()).isTrue();
    assertThat(TopicPattern.parse("a/*").isExact()).isFalse();
    assertThat(TopicPattern.parse("**").isExact()).isFalse();
  }

  @Test
  void runsOfDoubleStarsAreOne() {
    TopicPattern once = TopicPattern.parse("a/**/b");
    TopicPattern thrice = TopicPattern.parse("a/**/**/**/b");
    assertThat(TopicPattern.parse("a/**/*/**/*/b")).isEqualTo(TopicPattern.parse("a/*/*/**/b"));
    assertThat(TopicPattern.parse("**/*")).hasToString("*/**");
    assertThat(thrice).isEqualTo(once).hasSameHashCodeAs(once).hasToString("a/**/b");
  }

  @Test
  void manyDoubleStarsCostNoMoreThanTheProductOfTheLengths() {
    TopicPattern pattern = TopicPattern.parse("**/a/".repeat(50) + "b");
    Topic topic = Topic.parse("a/".repeat(127) + "a");
    Assertions.assertTimeout(
        Await.LONG,
        () -> {
          for (int i = 0; i < 1_000; i++) {
            assertThat(pattern.matches(topic)).isFalse();
            assertThat(pattern.overlaps(TopicPattern.parse(topic.name()))).isFalse();
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "**,        a/b,     true",
    "**,        **,      true",
    "a/**,      a,       true",
    "a/**,      a/*/c,   true",
    "a/*,       a/b,     true",
    "a/*,       a/**,    false",
    "a/b,       a/*,     false",
    "*/**,      **,      false",
    "a/**/c,    a/b/**,  false",
    "a/**/c,    a/**/c,  true",
    "a/**/c,    a/b/*/c, true"
  })
  void patternCoversThoseThatMatchNoMore(String pattern, String other, boolean covers) {
    assertThat(TopicPattern.parse(pattern).covers(TopicPattern.parse(other))).isEqualTo(covers);
  }

  @Property(tries = 3000)
  void whatIsCoveredMatchesNothingElse(
      @ForAll("patterns") TopicPattern a,
      @ForAll("patterns") TopicPattern b,
      @ForAll("topics") Topic topic) {
    if (a.covers(b) && b.matches(topic)) {
      assertThat(a.matches(topic)).isTrue();
    }
  }

  @Property(tries = 3000)
  void patternsOverlapAsTheirDefinitionSays(
      @ForAll("patterns") TopicPattern a, @ForAll("patterns") TopicPattern b) {
    assertThat(a.overlaps(b)).isEqualTo(meet(segments(a.toString()), segments(b.toString())));
  }

  /** The plain definition: some topic matches both. */
  private static boolean meet(List<String> a, List<String> b) {
    if (a.isEmpty() && b.isEmpty()) {
      return true;
    }
    if (!a.isEmpty() && a.get(0).equals("**")) {
      return meet(rest(a), b) || (!b.isEmpty() && meet(a, rest(b)));
    }
    if (!b.isEmpty() && b.get(0).equals("**")) {
      return meet(b, a);
    }
    return !a.isEmpty()
        && !b.isEmpty()
        && (a.get(0).equals("*") || b.get(0).equals("*") || a.get(0).equals(b.get(0)))
        && meet(rest(a), rest(b));
  }

  private static List<String> rest(List<String> segments) {
    return segments.subList(1, segments.size());
  }

  @Provide
  Arbitrary<TopicPattern> patterns() {
    return Generators.patterns();
  }

  @Provide
  Arbitrary<Topic> topics() {
    return Generators.topics();
  }

  @Property(tries = 3000)
  void matchesAsItsDefinitionDoes(
      @ForAll("patterns") TopicPattern pattern, @ForAll("topics") Topic topic) {
    boolean defined = matches(segments(pattern.toString()), segments(topic.name()));
    assertThat(pattern.matches(topic)).isEqualTo(defined);
  }

  @Property
  void aTopicIsMatchedByItsOwnNameAlone(@ForAll("topics") Topic a, @ForAll("topics") Topic b) {
    assertThat(TopicPattern.parse(a.name()).matches(b)).isEqualTo(a.equals(b));
  }

  private static List<String> segments(String text) {
    return List.of(text.split("/"));
  }

  /** The plain definition. */
  private static boolean matches(List<String> pattern, List<String> topic) {
    if (pattern.isEmpty()) {
      return topic.isEmpty();
    }
    List<String> rest = pattern.subList(1, pattern.size());
    if (pattern.get(0).equals("**")) {
      return matches(rest, topic)
          || (!topic.isEmpty() && matches(pattern, topic.subList(1, topic.size())));
    }
    return !topic.isEmpty()
        && (pattern.get(0).equals("*") || pattern.get(0).equals(topic.get(0)))
        && matches(rest, topic.subList(1, topic.size()));
  }
}
