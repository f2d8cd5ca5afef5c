package dev.outpour.update;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.CsvSource;

/** Patterns match and overlap as defined, and in bounded time. */
class TopicPatternFuzz {

  /** Far longer than the product of the longest two takes, and far shorter than backtracking. */
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

  @CsvSource({
    "orders/**, orders/*/lines",
    "a/**/b/**/c, a/x/b/y/z/c",
    "**/a/**/a/**/b, a/a/a/a/a",
    "*/urgent, orders/*"
  })
  @FuzzTest
  void matchesAsItsDefinitionSays(@NotNull String one, @NotNull String two) {
    TopicPattern pattern = pattern(stars(one));
    TopicPattern other = pattern(stars(two));
    if (pattern == null || other == null) {
      return;
    }
    long begun = System.nanoTime();
    boolean overlaps = pattern.overlaps(other);
    boolean covers = pattern.covers(other);
    boolean matches = other.isExact() && pattern.matches(new Topic(other.toString()));

    assertThat(System.nanoTime() - begun).isLessThan(MOST_NANOS);
    assertThat(overlaps).isEqualTo(meet(segments(pattern), segments(other)));
    assertThat(matches).isEqualTo(other.isExact() && overlaps);
    assertThat(!covers || overlaps).isTrue();
  }

  /** Maps some letters to stars and some to separators, so that both are frequent. */
  private static String stars(String text) {
    return text.replace('b', '/').replace("d", "/**/").replace('c', '*');
  }

  private static @Nullable TopicPattern pattern(String text) {
    try {
      return TopicPattern.parse(text);
    } catch (RefusedException e) {
      assertThat(e.refusal().status()).isEqualTo(400);
      return null;
    }
  }

  private static List<String> segments(TopicPattern pattern) {
    return List.of(pattern.toString().split("/"));
  }

  /** Whether two patterns overlap, by a table of all pairs of indexes. */
  private static boolean meet(List<String> a, List<String> b) {
    boolean[][] rest = new boolean[a.size() + 1][b.size() + 1];
    for (int i = a.size(); i >= 0; i--) {
      for (int j = b.size(); j >= 0; j--) {
        boolean anyA = i < a.size() && a.get(i).equals("**");
        boolean anyB = j < b.size() && b.get(j).equals("**");
        rest[i][j] =
            (i == a.size() && j == b.size())
                || (anyA && (rest[i + 1][j] || (j < b.size() && rest[i][j + 1])))
                || (anyB && (rest[i][j + 1] || (i < a.size() && rest[i + 1][j])))
                || (i < a.size()
                    && j < b.size()
                    && isOne(a.get(i), b.get(j))
                    && rest[i + 1][j + 1]);
      }
    }
    return rest[0][0];
  }

  private static boolean isOne(String a, String b) {
    return a.equals("*") || b.equals("*") || a.equals(b);
  }
}
