package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.ChunkedBody;
import dev.outpour.update.Samples;
import dev.outpour.update.Update;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Events framed as chunks: what a client makes of them is what is framed without. */
class ChunkedFramesTest {

  private static List<Update> updates(List<Integer> sizes) {
    List<Update> updates = new ArrayList<>();
    for (int size : sizes) {
      // With gaps between the numbers.
      int number = updates.size() * 3 + 2;
      updates.add(Samples.update(number, "x\n".repeat(size / 2) + number, "t"));
    }
    return updates;
  }

  private static Frames frames(List<Integer> sizes, Framing framing) {
    return Frames.of(updates(sizes), EventFormat.Form.PLAIN, framing, topic -> true);
  }

  /** Around where a size takes one digit more, and beyond what is ever given at once. */
  @Provide
  Arbitrary<List<Integer>> sizes() {
    return Arbitraries.oneOf(
            Arbitraries.integers().between(0, 40),
            Arbitraries.integers().between(100, 300),
            Arbitraries.integers().between(900, 1_500),
            Arbitraries.of(65_000, 200_000))
        .list()
        .ofMaxSize(12);
  }

  private static List<String> chunks(byte[] bytes) throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(bytes);
    whole.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    ChunkedBody body = new ChunkedBody(new ByteArrayInputStream(whole.toByteArray()));
    byte[] chunk = new byte[1 << 20];
    List<String> chunks = new ArrayList<>();
    for (int n = body.read(chunk); n >= 0; n = body.read(chunk)) {
      chunks.add(new String(chunk, 0, n, StandardCharsets.UTF_8));
    }
    return chunks;
  }

  private static List<String> events(Frames plain) {
    List<String> events = new ArrayList<>();
    long cursor = 0;
    for (Frames.Part part = plain.part(0, 1_000, 1);
        part.events() > 0;
        part = plain.part(cursor, 1_000, 1)) {
      events.add(new String(FrameSamples.bytes(part), StandardCharsets.UTF_8));
      cursor = part.to();
    }
    return events;
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void eachEventIsAChunkWhateverTheCuts(
      @ForAll("sizes") List<Integer> sizes,
      @ForAll @IntRange(max = 40) int after,
      @ForAll @IntRange(min = 1, max = 5_000) int mostBytes)
      throws IOException {
    Frames frames = frames(sizes, Framing.CHUNKED);
    Frames plain = frames(sizes, Framing.PLAIN);
    List<String> read = new ArrayList<>();
    long cursor = after;
    while (cursor < 1_000) {
      Frames.Part part = frames.part(cursor, 1_000, mostBytes);
      List<String> chunks = chunks(FrameSamples.bytes(part));
      assertThat(chunks).hasSize(part.events());
      read.addAll(chunks);
      cursor = part.to();
    }
    List<String> events = events(plain);
    int skipped = Math.min(events.size(), (after + 1) / 3);
    assertThat(read.equals(events.subList(skipped, events.size()))).isTrue();
    frames.release();
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void partThatIsCutOffAtAByteEndsWithItsEvent(
      @ForAll("sizes") List<Integer> sizes,
      @ForAll @IntRange(max = 40) int after,
      @ForAll @IntRange(max = 1_000) int permille)
      throws IOException {
    Frames frames = frames(sizes, Framing.CHUNKED);
    Frames.Part part = frames.part(after, 1_000, 1 << 20);
    if (part.events() > 0) {
      List<String> all = chunks(FrameSamples.bytes(part));
      int taken = part.from() + (int) ((part.length() - 1L) * permille / 1_000);
      Frames.Part begun = part.through(taken);
      int end = begun.from() + begun.length();
      assertThat(begun.from()).isEqualTo(part.from());
      assertThat(end).isGreaterThan(taken);
      List<String> chunks = chunks(FrameSamples.bytes(begun));
      assertThat(chunks).hasSize(begun.events()).isEqualTo(all.subList(0, begun.events()));
      byte[] last = FrameSamples.bytes(frames.part(begun.to() - 1, begun.to(), 1));
      if (begun.events() < part.events()) {
        assertThat(begun.to()).isLessThan(part.to());
        assertThat(end - last.length).as("no event more than was begun").isLessThanOrEqualTo(taken);
        assertThat(part.eventsUpTo(begun.to())).isEqualTo(begun.events());
        assertThat(frames.part(begun.to(), 1_000, 1).from()).isEqualTo(end);
      } else {
        assertThat(begun.to()).isEqualTo(part.to());
      }
      assertThat(Arrays.equals(FrameSamples.bytes(part.through(part.from())), first(frames, after)))
          .isTrue();
    }
    frames.release();
  }

  @Example
  void socketThatIsFullBetweenEventsHasBegunTheNextOne() {
    Frames frames = frames(List.of(10, 20, 30), Framing.CHUNKED);
    Frames.Part all = frames.part(0, 1_000, 1 << 20);
    int boundary = all.from() + first(frames, 0).length;
    assertThat(all.through(boundary - 1).events()).isEqualTo(1);
    assertThat(all.through(boundary).events()).isEqualTo(2);
    frames.release();
  }

  private static byte[] first(Frames frames, long after) {
    return FrameSamples.bytes(frames.part(after, 1_000, 1));
  }
}
