package dev.outpour.http.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.ChunkedBody;
import dev.outpour.sse.EventEncoder;
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

  private static EncodedPage frames(List<Integer> sizes, TransferCoding framing) {
    return FrameSamples.frames(updates(sizes), EventEncoder.Form.PLAIN, framing, topic -> true);
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

  private static List<String> events(EncodedPage plain) {
    List<String> events = new ArrayList<>();
    long cursor = 0;
    for (EncodedPage.Part part = plain.part(0, 1_000, 1);
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
    EncodedPage frames = frames(sizes, TransferCoding.CHUNKED);
    EncodedPage plain = frames(sizes, TransferCoding.PLAIN);
    List<String> read = new ArrayList<>();
    long cursor = after;
    while (cursor < 1_000) {
      EncodedPage.Part part = frames.part(cursor, 1_000, mostBytes);
      List<String> chunks = chunks(FrameSamples.bytes(part));
      assertThat(chunks).hasSize(part.events());
      read.addAll(chunks);
      cursor = part.to();
    }
    List<String> events = events(plain);
    int skipped = Math.min(events.size(), (after + 1) / 3);
    assertThat(read.equals(events.subList(skipped, events.size()))).isTrue();
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void partThatIsCutOffAtAByteIsGoneOnWithAtThatByte(
      @ForAll("sizes") List<Integer> sizes,
      @ForAll @IntRange(max = 40) int after,
      @ForAll @IntRange(max = 1_000) int permille) {
    EncodedPage frames = frames(sizes, TransferCoding.CHUNKED);
    EncodedPage.Part part = frames.part(after, 1_000, 1 << 20);
    if (part.events() > 0) {
      int taken = (int) (part.length() * (long) permille / 1_000);
      long cursor = part.cursorAt(taken);
      int offset = part.offset(taken);
      byte[] all = FrameSamples.bytes(part);
      EncodedPage.Part rest = frames.part(cursor, 1_000, 1 << 20);
      if (taken == all.length) {
        assertThat(cursor).isEqualTo(part.to());
        assertThat(offset).isZero();
      } else {
        byte[] again = FrameSamples.bytes(rest);
        byte[] left = Arrays.copyOfRange(again, offset, again.length);
        byte[] due = Arrays.copyOfRange(all, taken, all.length);
        assertThat(Arrays.equals(Arrays.copyOf(left, due.length), due)).isTrue();
        assertThat(part.eventEnd(taken)).isGreaterThan(taken);
        if (offset > 0) {
          assertThat(rest.firstSequence()).isEqualTo(cursor + 1);
        }
      }
      assertThat(part.bytesUpTo(cursor)).isEqualTo(taken - offset);
    }
  }
}
