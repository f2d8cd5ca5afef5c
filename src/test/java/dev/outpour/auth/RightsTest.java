package dev.outpour.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outpour.update.Generators;
import dev.outpour.update.Interest;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RightsTest {

  /** All topics of up to four segments over the letters of the patterns, and one more. */
  private static final List<Topic> TOPICS = topics(4);

  private static List<Topic> topics(int most) {
    List<String> names = new ArrayList<>(List.of("a", "b", "ä", "z"));
    for (int from = 0; names.get(names.size() - 1).split("/").length < most; from++) {
      String name = names.get(from);
      Stream.of("a", "b", "ä", "z").forEach(segment -> names.add(name + "/" + segment));
    }
    return names.stream().map(Topic::parse).toList();
  }

  private static Rights toRead(String... patterns) {
    return Rights.parse(new JsonObject().put("subscribe", new JsonArray(List.of(patterns))));
  }

  private static List<TopicPattern> patterns(String... texts) {
    return Stream.of(texts).map(TopicPattern::parse).toList();
  }

  private static Refusal refusal(Runnable what) {
    return catchThrowableOfType(RefusedException.class, what::run).refusal();
  }

  @Provide
  Arbitrary<List<TopicPattern>> some() {
    return Generators.patterns().list().ofMinSize(1).ofMaxSize(4);
  }

  @Property(tries = 2000)
  void narrowedIsWhatIsBothAskedAndAllowed(
      @ForAll("some") List<TopicPattern> asked, @ForAll("some") List<TopicPattern> allowed) {
    Rights rights = new Rights(Set.of(), Set.copyOf(allowed), false);
    Optional<Interest> narrowed = narrow(rights, asked);
    for (Topic topic : TOPICS) {
      boolean isWanted = asked.stream().anyMatch(pattern -> pattern.matches(topic));
      boolean mayBeRead = allowed.stream().anyMatch(pattern -> pattern.matches(topic));
      assertThat(narrowed.isEmpty() || narrowed.get().matches(topic) == (isWanted && mayBeRead))
          .as("%s of %s allowed to read %s: %s", topic, asked, allowed, narrowed)
          .isTrue();
    }
  }

  private static Optional<Interest> narrow(Rights rights, List<TopicPattern> asked) {
    try {
      return Optional.of(rights.narrow(asked));
    } catch (RefusedException e) {
      assertThat(asked).anyMatch(each -> e.getMessage().contains("'" + each + "'"));
      return Optional.empty();
    }
  }

  @Test
  void everyTopicAskedForHasToOverlapARight() {
    Rights rights = toRead("orders/**", "news/*/urgent");
    assertThat(refusal(() -> rights.narrow(patterns("orders/1", "stocks/*"))))
        .isEqualTo(
            new Refusal(
                403,
                "You may not read the topic 'stocks/*': the token's claim \"outpour\", or the API"
                    + " key, needs \"subscribe\": [\"stocks/*\"], or a pattern that overlaps it",
                0));
    assertThat(refusal(() -> rights.narrow(patterns("news/today"))).status()).isEqualTo(403);
    assertThat(refusal(() -> Rights.NONE.narrow(patterns("**"))).status()).isEqualTo(403);
    assertThat(rights.narrow(patterns("orders"))).isEqualTo(Interest.of(patterns("orders")));
  }

  @Test
  void whoAsksForMoreThanAllowedSharesWithThoseWhoAskForJustThat() {
    Rights rights = toRead("orders/**", "news/*");
    assertThat(rights.narrow(patterns("**")))
        .isEqualTo(Interest.of(patterns("orders/**", "news/*")));
    assertThat(rights.narrow(patterns("orders/*")))
        .isEqualTo(Rights.ALL_TOPICS.narrow(patterns("orders/*")));
  }

  @Test
  void whoMayReadExactTopicsByPatternIsNoReaderOfExactTopics() {
    Interest narrowed = toRead("builds/7").narrow(patterns("builds/*"));
    assertThat(narrowed.isExact()).as("whether it ends with its topics").isFalse();
    assertThat(narrowed.matches(Topic.parse("builds/7"))).isTrue();
    assertThat(narrowed.matches(Topic.parse("builds/8"))).isFalse();
  }

  @Test
  void differentLimitsNeverMakeOneInterest() {
    List<TopicPattern> asked = patterns("*/urgent");
    assertThat(toRead("a/*").narrow(asked)).isNotEqualTo(toRead("b/*").narrow(asked));
    assertThat(toRead("a/*").narrow(asked)).isNotEqualTo(toRead("a/*", "b/*").narrow(asked));
    assertThat(toRead("a/*").narrow(asked)).isNotEqualTo(Interest.of(asked));
    assertThat(toRead("a/*", "c").narrow(asked)).isEqualTo(toRead("a/*").narrow(asked));
  }

  @Test
  void patternsAndRightsTogetherAre256PairsAtMost() {
    Rights rights = toRead(texts(16, "*/t", "/**"));
    List<TopicPattern> most = patterns(texts(16, "a", "/**"));
    assertThat(rights.narrow(most).patterns()).hasSize(16);
    Refusal refusal = refusal(() -> rights.narrow(patterns(texts(17, "a", "/**"))));
    assertThat(refusal.status()).isEqualTo(403);
    assertThat(refusal.detail())
        .isEqualTo(
            "You may not read 17 patterns with 16 rights to read, which are more than 256 pairs:"
                + " request fewer patterns, or use several connections or a wider right");
    assertThat(toRead(texts(128, "t", "/**")).narrow(patterns("**", "*/x")).matches(topic("t7/x")))
        .isTrue();
    assertThat(toRead(texts(128, "t", "/**")).narrow(patterns(texts(128, "t", "/x"))).topics())
        .as("exact topics are no patterns")
        .hasSize(128);
    assertThat(Rights.ALL_TOPICS.narrow(patterns(texts(100, "a", "/*"))).patterns()).hasSize(100);
  }

  private static Topic topic(String name) {
    return Topic.parse(name);
  }

  private static String[] texts(int count, String before, String after) {
    return Stream.iterate(0, i -> i + 1)
        .limit(count)
        .map(i -> before + i + after)
        .toArray(String[]::new);
  }

  @Test
  void publishingIsAllowedTopicByTopic() {
    Rights rights = Rights.parse(new JsonObject("{\"publish\": [\"orders/*\", \"news\"]}"));
    rights.checkPublish(List.of(Topic.parse("orders/1"), Topic.parse("news")));
    Refusal refusal =
        refusal(
            () -> rights.checkPublish(List.of(Topic.parse("orders/1"), Topic.parse("orders/1/x"))));
    assertThat(refusal)
        .isEqualTo(
            new Refusal(
                403,
                "You may not publish to the topic 'orders/1/x': the token's claim \"outpour\", or"
                    + " the API key, needs \"publish\": [\"orders/1/x\"], or a pattern that matches"
                    + " it",
                0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"publish\": \"orders\"}",
        "{\"publish\": [1]}",
        "{\"publish\": null}",
        "{\"publish\": [null]}",
        "{\"subscribe\": [\"a*\"]}",
        "{\"subscribe\": [\"outpour/x\"]}",
        "{\"subscribe\": {\"a\": 1}}",
        "{\"operate\": \"true\"}",
        "{\"operate\": null}"
      })
  void whatIsNoRightIsNotTaken(String json) {
    assertThat(
            catchThrowableOfType(
                IllegalArgumentException.class, () -> Rights.parse(new JsonObject(json))))
        .hasMessageStartingWith("must have");
  }

  @Test
  void moreRightsThanCanBeComparedQuicklyAreNotTaken() {
    List<String> many =
        Stream.iterate(0, i -> i + 1).limit(129).map(i -> "t/" + i).collect(Collectors.toList());
    assertThat(
            catchThrowableOfType(
                IllegalArgumentException.class,
                () -> Rights.parse(new JsonObject().put("publish", new JsonArray(many)))))
        .hasMessageContaining("at most 128");
  }
}
