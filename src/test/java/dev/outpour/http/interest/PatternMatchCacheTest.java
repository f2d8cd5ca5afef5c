package dev.outpour.http.interest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.http.delivery.InterestGroup;
import dev.outpour.http.stream.TransferCoding;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Samples;
import dev.outpour.update.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PatternMatchCacheTest {

  private final PatternMatchCache<InterestGroup> known = new PatternMatchCache<>();
  private final Topic topic = Topic.parse("orders/1");

  private InterestGroup come(String pattern) {
    InterestGroup group =
        new InterestGroup(
            new InterestGroup.Want(
                Samples.interest(pattern), EventEncoder.Form.PLAIN, TransferCoding.PLAIN));
    known.come(group);
    return group;
  }

  private void go(InterestGroup group) {
    group.remove();
    known.go();
  }

  @Test
  void whoComesIsAddedToWhatIsKnownAndNothingIsForgotten() {
    InterestGroup first = come("orders/*");
    known.put(topic, List.of(first), known.newest());
    come("invoices/*");
    InterestGroup second = come("**");
    assertThat(known.of(topic)).containsExactly(first, second);
    InterestGroup third = come("*/1");
    assertThat(known.of(topic)).containsExactly(first, second, third);
  }

  @Test
  void whoCameDuringASearchIsHeldAgainstTheTopicToo() {
    InterestGroup first = come("orders/*");
    long asOf = known.newest();
    InterestGroup second = come("**");
    known.put(topic, List.of(first), asOf);
    assertThat(known.of(topic)).containsExactly(first, second);
  }

  @Test
  void whereTooManyHaveComeItIsLookedForAnew() {
    known.put(topic, List.of(come("orders/*")), known.newest());
    IntStream.range(0, 2_000).forEach(i -> come("invoices/" + i + "/*"));
    assertThat(known.of(topic)).isNull();
  }

  @Test
  void whoHasGoneIsLetGoOfWithoutForgettingTheOthers() {
    InterestGroup stays = come("orders/*");
    List<InterestGroup> some = new ArrayList<>();
    IntStream.range(0, 100).forEach(i -> some.add(come("*/" + (i + 1))));
    List<InterestGroup> all = new ArrayList<>(some);
    all.add(stays);
    known.put(topic, all, known.newest());
    some.forEach(this::go);
    for (int i = 0; i < 1_000; i++) {
      go(come("invoices/" + i + "/*"));
      assertThat(known.of(topic)).contains(stays);
    }
    assertThat(known.of(topic)).hasSizeLessThan(50);
  }

  @Test
  void whatIsRememberedHasABoundInBytesAndWhatIsAskedForStays() {
    List<InterestGroup> many = new ArrayList<>();
    IntStream.range(0, 1_000).forEach(i -> many.add(come("**/" + i)));
    known.put(topic, many, known.newest());
    int last = 20_000;
    for (int i = 0; i < last; i++) {
      known.put(Topic.parse("many/" + i), many, known.newest());
      assertThat(known.of(topic)).isNotNull();
    }
    long held =
        IntStream.range(0, last).filter(i -> known.of(Topic.parse("many/" + i)) != null).count();
    assertThat(held).isBetween(300L, 2_000L);
  }
}
