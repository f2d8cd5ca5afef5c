package dev.outpour.http.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outpour.http.interest.TopicIndex;
import dev.outpour.http.stream.NoRoom;
import dev.outpour.http.stream.PageBuffer;
import dev.outpour.http.stream.PendingWrites;
import dev.outpour.http.stream.TransferCoding;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Lineage;
import dev.outpour.update.Page;
import dev.outpour.update.Samples;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is kept of framed pages, within what bound, and when it is released. */
class EncodedPageCacheTest {

  private static final int PAGES = 5;

  private final TopicIndex<InterestGroup> index = new TopicIndex<>();
  private final InterestGroup group = group("t", EventEncoder.Form.PLAIN);
  private final PendingWrites backlog = new PendingWrites(1 << 20);
  private final List<EncodedPageCache> caches = new ArrayList<>();

  @AfterEach
  void clear() {
    caches.forEach(EncodedPageCache::clear);
    assertThat(backlog.bytes()).as("all is given back").isZero();
  }

  private InterestGroup group(String topic, EventEncoder.Form form) {
    InterestGroup group =
        new InterestGroup(
            new InterestGroup.Want(Samples.interest(topic), form, TransferCoding.CHUNKED));
    index.add(group);
    return group;
  }

  /** One with room for so many of these pages. */
  private EncodedPageCache cache(int pages) {
    return cache(backlog, pages * weight());
  }

  private EncodedPageCache cache(PendingWrites within, long mostBytes) {
    EncodedPageCache cache = new EncodedPageCache(index, within, mostBytes);
    caches.add(cache);
    return cache;
  }

  private long weight() {
    EncodedPageCache cache = new EncodedPageCache(index, backlog, 1 << 20);
    cache.get(group, page(1));
    int weight = cache.sheet(group, page(1)).taken();
    cache.clear();
    return weight;
  }

  /** All of these weigh the same. */
  private static Page page(int number) {
    return Samples.page(100 + number * 10, 110 + number * 10);
  }

  private PageBuffer framed(EncodedPageCache cache, int page) {
    cache.get(group, page(page));
    return cache.sheet(group, page(page));
  }

  /** As a restored backup has them again, in whose time they were not removed yet. */
  @Test
  void pageThatHasItsFirstUpdatesAgainIsAnother() {
    Page whole = page(1);
    Page rest =
        new Page(
            whole.lineage(),
            whole.from() + 4,
            whole.from(),
            whole.to(),
            whole.updates().subList(3, whole.updates().size()));
    EncodedPageCache cache = cache(PAGES);
    assertThat(cache.get(group, rest).part(0, whole.to(), 1 << 20).events()).isEqualTo(7);
    assertThat(cache.get(group, whole).part(0, whole.to(), 1 << 20).events()).isEqualTo(10);
  }

  @Test
  void whatWasUsedLeastRecentlyIsReleasedFirst() {
    EncodedPageCache cache = cache(PAGES);
    List<PageBuffer> made = new ArrayList<>();
    for (int i = 0; i < PAGES; i++) {
      made.add(framed(cache, i));
    }
    assertThat(framed(cache, 0)).isSameAs(made.get(0));
    assertThat(made).noneMatch(PageBuffer::isReleased);

    framed(cache, PAGES);
    assertThat(made)
        .extracting(PageBuffer::isReleased)
        .containsExactly(false, true, false, false, false);
    assertThat(framed(cache, 1)).as("made anew").isNotSameAs(made.get(1));
  }

  @Test
  void whatASweepHoldsIsNotReleased() {
    EncodedPageCache cache = cache(0);
    PageBuffer held = framed(cache, 1).retain();
    framed(cache, 2);
    assertThat(held.isReleased()).isFalse();
    cache.clear();
    assertThat(held.isReleased()).isFalse();
    held.release();
    assertThat(held.isReleased()).isTrue();
  }

  @Test
  void groupsOfOneFormShareTheBytesAndOthersDoNot() {
    EncodedPageCache cache = cache(100);
    Page page = page(1);
    cache.get(group, page);
    long once = backlog.bytes();
    for (int i = 0; i < 100; i++) {
      cache.get(group("t", EventEncoder.Form.PLAIN), page);
    }
    assertThat(backlog.bytes()).isEqualTo(once);
    InterestGroup enveloped = group("t", EventEncoder.Form.ENVELOPE);
    Page restored =
        new Page(
            new Lineage(List.of(new Lineage.Epoch("another1", 1))),
            1,
            page.from(),
            page.to(),
            List.of());
    assertThat(cache.sheet(enveloped, page)).isNotSameAs(cache.sheet(group, page));
    assertThat(cache.sheet(group, restored)).isNotSameAs(cache.sheet(group, page));
  }

  @Test
  void beyondTheBoundOnePageIsFramedAllTheSameAndNoSecond() {
    PendingWrites full = new PendingWrites(1_000);
    full.add(1_000);
    EncodedPageCache cache = cache(full, 1 << 20);
    PageBuffer first = framed(cache, 1);
    assertThat(full.bytes()).isGreaterThan(1_000);
    PageBuffer second = framed(cache, 2);
    assertThat(first.isReleased()).as("the first makes room").isTrue();
    second.retain();
    assertThatThrownBy(() -> cache.get(group, page(3))).isInstanceOf(NoRoom.class);
    second.release();
    assertThat(cache.get(group, page(3)).part(0, 1_000, 1).events()).isPositive();
    cache.clear();
    assertThat(full.bytes()).isEqualTo(1_000);
  }
}
