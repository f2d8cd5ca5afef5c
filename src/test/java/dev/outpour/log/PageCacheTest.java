package dev.outpour.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.update.Lineage;
import dev.outpour.update.Page;
import dev.outpour.update.Samples;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PageCacheTest {

  private static final int OVERHEAD = 160;

  private final PageCache cache = new PageCache(1 << 20);

  @Test
  void pageIsFoundByAnyNumberThatItContinues() {
    Page page = Samples.page(10, 20);
    cache.put(page);
    assertThat(cache.get(9)).isNull();
    assertThat(cache.get(10)).isSameAs(page);
    assertThat(cache.get(19)).isSameAs(page);
    assertThat(cache.get(20)).isNull();
  }

  @Test
  void longerPageTakesThePlaceOfAShorterOneAndNotTheOtherWayRound() {
    cache.put(Samples.page(0, 5));
    Page longer = Samples.page(0, 9);
    cache.put(longer);
    cache.put(Samples.page(0, 7));
    assertThat(cache.get(0)).isSameAs(longer);
    assertThat(cache.get(8)).isSameAs(longer);
  }

  @Test
  void shorterPageInsideALongerOneDoesNotHideIt() {
    Page finished = Samples.page(0, 100);
    cache.put(Samples.page(50, 60));
    cache.put(finished);
    assertThat(cache.get(70)).isSameAs(finished);
    cache.put(Samples.page(20, 30));
    assertThat(cache.get(40)).isSameAs(finished);
  }

  @Test
  void emptyPageIsNotKept() {
    cache.put(Samples.page(5, 5));
    assertThat(cache.get(5)).isNull();
  }

  @Test
  void whatWasNotUsedForLongestGoesFirst() {
    int weight = Samples.page(0, 10).weight() + OVERHEAD;
    cache.limit(3L * weight + 100);
    cache.put(Samples.page(0, 10));
    cache.put(Samples.page(10, 20));
    cache.put(Samples.page(20, 30));
    assertThat(cache.get(0)).isNotNull();
    cache.put(Samples.page(30, 40));
    assertThat(cache.get(10)).isNull();
    assertThat(cache.get(0)).isNotNull();
    assertThat(cache.get(20)).isNotNull();
    assertThat(cache.get(30)).isNotNull();
  }

  @Test
  void lowerLimitHoldsAtOnce() {
    cache.put(Samples.page(0, 10));
    cache.limit(1);
    assertThat(cache.get(0)).isNull();
  }

  @Test
  void clearedCacheHoldsNothingAndIsAsLargeAsBefore() {
    cache.put(Samples.page(0, 10));
    cache.clear();
    assertThat(cache.get(0)).isNull();
    cache.put(Samples.page(0, 10));
    assertThat(cache.get(0)).isNotNull();
  }

  @Test
  void smallPagesAreGatheredIntoOneThatTakesTheirPlace() {
    cache.put(Samples.page(0, 3));
    cache.put(Samples.page(3, 5));
    cache.put(Samples.page(5, 9));
    cache.put(Samples.page(12, 14));
    Page gathered = cache.gather(0);
    assertThat(gathered).isEqualTo(Samples.page(0, 9));
    assertThat(cache.get(4)).isSameAs(gathered);
    assertThat(cache.gather(4)).isSameAs(gathered);
    assertThat(cache.gather(12)).isEqualTo(Samples.page(12, 14));
    assertThat(cache.gather(9)).isNull();
  }

  @Test
  void whatIsGatheredIsNoLongerThanAPageMayBe() {
    PageCache large = new PageCache(64 << 20);
    for (int from = 0; from < 5_000; from += 500) {
      large.put(Samples.page(from, from + 500));
    }
    long after = 0;
    int pages = 0;
    for (Page page = large.gather(after); page != null; page = large.gather(after)) {
      assertThat(page.from()).isEqualTo(after);
      assertThat(page.updates().size()).isBetween(501, Page.MAX_UPDATES);
      after = page.to();
      pages++;
    }
    assertThat(after).isEqualTo(5_000);
    assertThat(pages).isEqualTo(5);
  }

  @Test
  void pagesOfDifferentLinesAreNotMixed() {
    Lineage other =
        new Lineage(List.of(Samples.LINEAGE.current(), new Lineage.Epoch("epoch0002", 6)));
    cache.put(Samples.page(0, 5));
    cache.put(new Page(other, 1, 5, 9, Samples.updates(5, 9)));
    assertThat(cache.gather(0)).isEqualTo(Samples.page(0, 5));
  }

  /** Joined to what came before it, its hole would be passed over without a word. */
  @Test
  void pageThatLacksWhatHasExpiredIsNotJoinedToOneBeforeIt() {
    cache.put(Samples.page(0, 3));
    Page holed = new Page(Samples.LINEAGE, 6, 3, 9, Samples.updates(5, 9));
    cache.put(holed);
    assertThat(cache.gather(0)).isEqualTo(Samples.page(0, 3));
    assertThat(cache.gather(3)).isSameAs(holed);
  }

  @Provide
  Arbitrary<List<Page>> pages() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 40), Arbitraries.integers().between(0, 20))
        .as((from, more) -> Samples.page(from, from + more))
        .list()
        .ofMaxSize(20);
  }

  @Property(tries = 500)
  void whatAnyPageContinuesIsFound(@ForAll("pages") List<Page> pages) {
    PageCache cache = new PageCache(1 << 20);
    List<Page> put = new ArrayList<>();
    for (Page page : pages) {
      cache.put(page);
      put.add(page);
      for (long after = 0; after < 62; after++) {
        long number = after;
        Page found = cache.get(after);
        assertThat(found != null)
            .as("after " + after)
            .isEqualTo(put.stream().anyMatch(each -> each.continues(number)));
        assertThat(found == null || found.continues(after)).isTrue();
      }
    }
  }

  @Property
  void whatIsHeldIsBounded(
      @ForAll("pages") List<Page> pages, @ForAll @IntRange(max = 20_000) int most) {
    PageCache cache = new PageCache(most);
    for (Page page : pages) {
      cache.put(page);
      Set<Page> held = new HashSet<>();
      for (long after = 0; after < 62; after++) {
        Page found = cache.get(after);
        if (found != null) {
          held.add(found);
        }
      }
      assertThat(held.stream().mapToInt(each -> each.weight() + OVERHEAD).sum())
          .isLessThanOrEqualTo(most);
      assertThat(page.to() == page.from() || page.weight() + OVERHEAD > most || !held.isEmpty())
          .isTrue();
    }
  }
}
