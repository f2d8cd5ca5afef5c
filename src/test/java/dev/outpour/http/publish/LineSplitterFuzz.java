package dev.outpour.http.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.InRange;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.outpour.update.RefusedException;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Lines do not depend on chunk boundaries, and match those of a simple parser. */
class LineSplitterFuzz {

  private static final Buffer TOO_LONG = Buffer.buffer("(too long)");

  static Stream<Arguments> texts() {
    return Stream.of("{}\n{}\r\n\n[1]", "\r\r\n\n\r", "abcdefghij\r\n")
        .map(
            text ->
                Arguments.of(9, new byte[] {1, 3, 0, 2}, text.getBytes(StandardCharsets.UTF_8)));
  }

  @MethodSource("texts")
  @FuzzTest
  void linesAreTheSameHoweverTheyArrive(
      @InRange(min = 1, max = 64) int most, byte @NotNull [] sizes, byte @NotNull [] bytes) {
    Buffer all = Buffer.buffer(bytes);
    assertThat(split(pieces(all, sizes), most)).isEqualTo(defined(all, most));
  }

  private static List<Buffer> pieces(Buffer all, byte[] sizes) {
    List<Buffer> pieces = new ArrayList<>();
    int at = 0;
    for (int i = 0; at < all.length(); i++) {
      int size = i < sizes.length ? Math.floorMod(sizes[i], 8) : all.length();
      int end = Math.min(all.length(), at + size);
      pieces.add(all.getBuffer(at, end));
      at = end;
    }
    return pieces;
  }

  private static List<Buffer> split(List<Buffer> pieces, int most) {
    List<Buffer> lines = new ArrayList<>();
    LineSplitter splitter =
        new LineSplitter(
            most, (number, line) -> lines.add(number == lines.size() + 1 ? line.copy() : null));
    try {
      pieces.forEach(splitter::feed);
      splitter.end();
    } catch (RefusedException e) {
      assertThat(e.refusal().status()).isEqualTo(413);
      lines.add(TOO_LONG);
    }
    return lines;
  }

  /** The lines up to the first one that is too long. */
  private static List<Buffer> defined(Buffer all, int most) {
    List<Buffer> lines = new ArrayList<>();
    int from = 0;
    for (int at = 0; at <= all.length(); at++) {
      boolean isEnd = at == all.length();
      if ((isEnd && from < at) || (!isEnd && all.getByte(at) == '\n')) {
        int to = from < at && all.getByte(at - 1) == '\r' ? at - 1 : at;
        if (to - from > most) {
          lines.add(TOO_LONG);
          return lines;
        }
        lines.add(all.getBuffer(from, to));
        from = at + 1;
      }
    }
    return lines;
  }
}
