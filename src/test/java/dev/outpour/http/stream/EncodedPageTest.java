package dev.outpour.http.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.SseParser;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Samples;
import dev.outpour.update.Update;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EncodedPageTest {

  private static List<Update> updates(Iterable<Integer> sequences) {
    List<Update> updates = new ArrayList<>();
    sequences.forEach(n -> updates.add(Samples.update(n, "x".repeat(n * 7 % 50), "t")));
    return updates;
  }

  private static Buffer whole(List<Update> updates) {
    Buffer all = Buffer.buffer();
    for (Update update : updates) {
      var out = TransferCoding.buffer(64);
      EventEncoder.append(out, update, EventEncoder.Form.PLAIN);
      all.appendString(out.toString(StandardCharsets.UTF_8));
    }
    return all;
  }

  @Provide
  Arbitrary<SortedSet<Integer>> sequences() {
    return Arbitraries.integers().between(1, 60).list().ofMaxSize(40).map(TreeSet::new);
  }

  @Property(tries = 1000)
  void partsAreTheEventsAfterACursorWhateverTheCuts(
      @ForAll("sequences") SortedSet<Integer> sequences,
      @ForAll @IntRange(max = 65) int after,
      @ForAll @IntRange(max = 65) int more,
      @ForAll @IntRange(max = 400) int mostBytes) {
    long upTo = after + more;
    EncodedPage frames =
        FrameSamples.frames(
            updates(sequences), EventEncoder.Form.PLAIN, TransferCoding.PLAIN, topic -> true);
    Buffer read = Buffer.buffer();
    int events = 0;
    long cursor = after;
    do {
      EncodedPage.Part part = frames.part(cursor, upTo, mostBytes);
      assertThat(part.length() <= mostBytes || part.events() == 1).isTrue();
      assertThat(part.to()).isGreaterThanOrEqualTo(cursor).isLessThanOrEqualTo(upTo);
      assertThat(part.to() > cursor || more == 0).isTrue();
      assertThat(part.events() > 0 || part.to() == upTo).isTrue();
      read.appendBytes(FrameSamples.bytes(part));
      events += part.events();
      cursor = part.to();
    } while (cursor < upTo);
    List<Update> wanted = updates(sequences.stream().filter(n -> n > after && n <= upTo).toList());
    assertThat(read.toString()).isEqualTo(whole(wanted).toString());
    assertThat(events).isEqualTo(wanted.size());
  }

  @Test
  void nothingWantedMovesTheCursorAllTheSame() {
    EncodedPage.Part part =
        FrameSamples.frames(List.of(), EventEncoder.Form.PLAIN, TransferCoding.PLAIN, topic -> true)
            .part(3, 9, 100);
    assertThat(part.events()).isZero();
    assertThat(part.length()).isZero();
    assertThat(part.to()).isEqualTo(9);
  }

  @Test
  void lastUpdateOfATopicAndTheWordThatItHasEndedAreNotParted() {
    Update last = Samples.last("x", "a", "b", "c").at(Samples.LINEAGE.at(1), 1);
    EncodedPage frames =
        FrameSamples.frames(
            List.of(last, Samples.update(2, "y", "d")),
            EventEncoder.Form.PLAIN,
            TransferCoding.PLAIN,
            topic -> !topic.name().equals("b"));
    EncodedPage.Part part = frames.part(0, 2, 1);
    assertThat(part.events()).isEqualTo(1);
    assertThat(part.to()).isEqualTo(1);
    SseParser parsed = SseParser.parse(FrameSamples.bytes(part));
    assertThat(parsed.events())
        .extracting(SseParser.Event::data)
        .containsExactly("x", "{\"topic\":\"a\"}", "{\"topic\":\"c\"}");
    assertThat(parsed.blocks())
        .extracting(SseParser.Block::id)
        .containsOnly(last.position().toString());
    assertThat(parsed.events().subList(1, 3))
        .extracting(SseParser.Event::name)
        .containsOnly("outpour.ended");
  }

  @Test
  void oneEventIsGivenHoweverLargeItIs() {
    Update large = Samples.update(1, "x".repeat(1 << 20), "t");
    Update small = Samples.update(2, "x", "t");
    EncodedPage frames =
        FrameSamples.frames(
            List.of(large, small), EventEncoder.Form.PLAIN, TransferCoding.PLAIN, topic -> true);
    EncodedPage.Part part = frames.part(0, 2, 1);
    assertThat(part.events()).isEqualTo(1);
    assertThat(part.to()).isEqualTo(1);
  }
}
