package dev.outpour.history.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SequenceRingTest {

  /** A positive step adds a number that much larger than the last; others remove that many. */
  @Property
  void anyLifeIsThatOfASortedSet(
      @ForAll @Size(max = 60) List<@IntRange(min = -12, max = 9) Integer> life) {
    SequenceRing numbers = new SequenceRing();
    TreeSet<Long> model = new TreeSet<>();
    long last = 0;
    for (int step : life) {
      if (step > 0) {
        last += step;
        numbers.add(last);
        model.add(last);
      }
      for (int i = step; i < 0 && !model.isEmpty(); i++) {
        numbers.removeFirst();
        model.pollFirst();
      }
      assertThat(LongStream.range(0, numbers.size()).map(at -> numbers.get((int) at)).boxed())
          .containsExactlyElementsOf(model);
      for (long number = 0; number <= last; number++) {
        Long above = model.higher(number);
        assertThat(numbers.above(number)).isEqualTo(above == null ? Long.MAX_VALUE : above);
      }
    }
  }
}
