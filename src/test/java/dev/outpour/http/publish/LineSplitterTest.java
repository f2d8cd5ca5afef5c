package dev.outpour.http.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.update.RefusedException;
import dev.outpour.update.Samples;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LineSplitterTest {

  private static final String TOO_LONG = "too long";

  /** The lines of a text, up to one that is too long; the last one may have no line end. */
  private static List<String> defined(String text, int most) {
    List<String> lines = new ArrayList<>();
    String[] parts = text.split("\n", -1);
    for (int i = 0; i < parts.length; i++) {
      if (i == parts.length - 1 && parts[i].isEmpty()) {
        break;
      }
      String line =
          parts[i].endsWith("\r") ? parts[i].substring(0, parts[i].length() - 1) : parts[i];
      lines.add(line.length() > most ? TOO_LONG : line);
      if (line.length() > most) {
        break;
      }
    }
    return lines;
  }

  private static List<String> split(List<String> chunks, int most) {
    List<String> lines = new ArrayList<>();
    LineSplitter splitter =
        new LineSplitter(
            most,
            (number, line) -> {
              assertThat(number).isEqualTo(lines.size() + 1);
              lines.add(line.toString());
            });
    try {
      for (String chunk : chunks) {
        splitter.feed(Buffer.buffer(chunk));
      }
      splitter.end();
    } catch (RefusedException e) {
      assertThat(e.refusal().status()).isEqualTo(413);
      lines.add(TOO_LONG);
    }
    return lines;
  }

  @Provide
  Arbitrary<List<String>> chunks() {
    return Arbitraries.strings().withChars("ab{\r\n").ofMaxLength(8).list().ofMaxSize(8);
  }

  @Property(tries = 3000)
  void linesAreTheSameHoweverTheyArrive(
      @ForAll("chunks") List<String> chunks, @ForAll @IntRange(min = 1, max = 9) int most) {
    assertThat(split(chunks, most)).isEqualTo(defined(String.join("", chunks), most));
  }

  @Test
  void longestLineMayEndWithEitherLineEnd() {
    assertThat(split(List.of("abc\nabc\r", "\nabc\r\nabc"), 3))
        .containsExactly("abc", "abc", "abc", "abc");
    assertThat(split(List.of("abcd\n"), 3)).containsExactly(TOO_LONG);
  }

  @Test
  void lineThatNeverEndsIsRefusedWhileItArrives() {
    LineSplitter splitter = new LineSplitter(10, (number, line) -> {});
    splitter.feed(Buffer.buffer("x".repeat(10)));
    assertThat(splitter.isInLine()).isTrue();
    assertThat(Samples.refusalOf(() -> splitter.feed(Buffer.buffer("xx"))).status()).isEqualTo(413);
  }

  @Test
  void knowsWhichLineItIsIn() {
    LineSplitter splitter = new LineSplitter(10, (number, line) -> {});
    splitter.feed(Buffer.buffer("a\nb\nc"));
    assertThat(splitter.number()).isEqualTo(3);
    assertThat(splitter.isInLine()).isTrue();
    splitter.feed(Buffer.buffer("\n"));
    assertThat(splitter.number()).isEqualTo(4);
    assertThat(splitter.isInLine()).isFalse();
  }
}
