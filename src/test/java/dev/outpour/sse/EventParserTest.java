package dev.outpour.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.SseParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Streams are parsed as another parser parses them, wherever their bytes are split. */
class EventParserTest {

  /** The fields of one block. */
  private record Found(String id, String name, String data) {}

  private static List<Found> read(byte[] stream, int... cuts) {
    List<Found> found = new ArrayList<>();
    EventParser parser = new EventParser(block -> found.add(found(block)));
    int from = 0;
    for (int cut : cuts) {
      feed(parser, stream, from, cut);
      from = cut;
    }
    feed(parser, stream, from, stream.length);
    return found;
  }

  /** Feeds an array that is overwritten afterwards, as a socket's buffer is. */
  private static void feed(EventParser parser, byte[] stream, int from, int to) {
    int offset = from % 2;
    byte[] lent = new byte[to - from + offset];
    System.arraycopy(stream, from, lent, offset, to - from);
    parser.feed(lent, offset, lent.length);
    Arrays.fill(lent, (byte) '\n');
  }

  private static Found found(EventBlock block) {
    String data =
        block.hasData()
            ? new String(
                block.data(),
                block.dataFrom(),
                block.dataTo() - block.dataFrom(),
                StandardCharsets.UTF_8)
            : null;
    return new Found(block.hasId() ? block.id() : null, block.name(), data);
  }

  private static List<Found> expected(byte[] stream) {
    SseParser parser = SseParser.ofAnyHub();
    parser.feed(stream, 0, stream.length);
    return parser.blocks().stream()
        .map(it -> new Found(it.id(), it.event() == null ? "" : it.event(), it.data()))
        .toList();
  }

  @Provide
  Arbitrary<String> streams() {
    Arbitrary<String> field =
        Arbitraries.of(
            "data: {\"number\":1}",
            "data:tight",
            "data:  two spaces",
            "data",
            "data:",
            "data: ä€🌊",
            "id: k3f9QzT1-42",
            "id:",
            "id",
            "event: shipped",
            "event: outpour.closing",
            "event: outpour.position",
            "event",
            "retry: 2000",
            ": a comment",
            ":");
    Arbitrary<String> end = Arbitraries.of("\n", "\r", "\r\n");
    Arbitrary<String> lines =
        field.list().ofMinSize(1).ofMaxSize(5).flatMap(it -> joined(it, end)).filter(this::isWhole);
    return lines.list().ofMinSize(1).ofMaxSize(4).map(it -> String.join("", it));
  }

  /** Every line of a block ends alike: after CR, an LF would not be a line of its own. */
  private Arbitrary<String> joined(List<String> fields, Arbitrary<String> ends) {
    return ends.map(end -> String.join(end, fields) + end + end);
  }

  private boolean isWhole(String block) {
    return !block.isBlank();
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void streamIsParsedAsByAnotherParserWhereverItIsSplit(@ForAll("streams") String text) {
    byte[] stream = text.getBytes(StandardCharsets.UTF_8);
    List<Found> expected = expected(stream);

    assertThat(read(stream)).isEqualTo(expected);
    for (int cut = 0; cut <= stream.length; cut++) {
      assertThat(read(stream, cut)).as("cut at %d", cut).isEqualTo(expected);
    }
    int[] everywhere = IntStream.range(0, stream.length).toArray();
    assertThat(read(stream, everywhere)).isEqualTo(expected);
  }

  @Example
  void incompleteBlockIsNotDeliveredYet() {
    assertThat(read("id: a-1\ndata: 1\n".getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  @Example
  void byteOrderMarkAndUnknownFieldsAreIgnored() {
    byte[] stream = "\ufeffdata: 1\ncolour: red\n\n".getBytes(StandardCharsets.UTF_8);
    for (int cut = 0; cut <= stream.length; cut++) {
      assertThat(read(stream, cut)).containsExactly(new Found(null, "", "1"));
    }
  }

  @Example
  void idWithNulIsIgnored() {
    byte[] stream = "id: a\0b\ndata: 1\n\n".getBytes(StandardCharsets.UTF_8);
    assertThat(read(stream)).containsExactly(new Found(null, "", "1"));
  }

  @Example
  void numberOfAnIdFollowsItsLastDash() {
    assertThat(idNumber("k3-9QzT1-42")).isEqualTo(42);
    assertThat(idNumber("k3f9QzT1-0")).isZero();
    assertThat(idNumber("k3f9QzT1-")).isEqualTo(-1);
    assertThat(idNumber("42")).isEqualTo(-1);
    assertThat(idNumber("k3f9QzT1-4x")).isEqualTo(-1);
  }

  private static long idNumber(String id) {
    List<Long> numbers = new ArrayList<>();
    byte[] stream = ("id: " + id + "\n\n").getBytes(StandardCharsets.UTF_8);
    new EventParser(block -> numbers.add(block.idNumber())).feed(stream, 0, stream.length);
    return numbers.get(0);
  }
}
