package dev.outpour.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Numbers fill lanes without gaps, for any number of topics and publishers. */
class NumberingTest {

  @Property(tries = 200)
  void eachTopicHasTheTurnsOfEachPublisherWithoutGaps(
      @ForAll @IntRange(min = 1, max = 40) int topics,
      @ForAll @IntRange(min = 1, max = 40) int publishers) {
    Numbering numbering = Numbering.of(topics, publishers);
    Map<String, Long> turns = new HashMap<>();
    Map<String, Integer> lanes = new HashMap<>();
    for (long number = 0; number < 5_000; number++) {
      int topic = numbering.topic(number);
      int lane = numbering.lane(number);
      String key = topic + " " + lane;

      assertThat(numbering.turn(number)).isEqualTo(turns.getOrDefault(key, 0L));
      assertThat(lane).isBetween(0, numbering.lanesPerTopic() - 1);
      assertThat(numbering.number(topic, lane, numbering.turn(number))).isEqualTo(number);
      assertThat(numbering.publisher(number))
          .isEqualTo(numbering.publisher(numbering.number(topic, lane, 0)));
      assertThat(lanes.put(topic + " " + numbering.publisher(number), lane)).isIn(null, lane);
      turns.put(key, numbering.turn(number) + 1);
    }
    turns.forEach(
        (key, count) -> {
          int topic = Integer.parseInt(key.split(" ", 2)[0]);
          int lane = Integer.parseInt(key.split(" ", 2)[1]);
          assertThat(numbering.turnsBelow(5_000, topic, lane, 0)).isEqualTo(count);
          assertThat(numbering.turnsBelow(5_000, topic, lane, count)).isZero();
        });
  }
}
