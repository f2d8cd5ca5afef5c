package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outpour.update.Lineage;
import dev.outpour.update.Page;
import dev.outpour.update.Samples;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is kept of framed pages, within what bound, and when it is released. */
class FrameCacheTest {

  private static final int PAGES = 5;

  private final TopicIndex index = new TopicIndex();
  private final Group group = group("t", EventFormat.Form.PLAIN);
  private final Backlog backlog = new Backlog(1 << 20);
  private final List<FrameCache> caches = new ArrayList<>();

  @AfterEach
  void clear() {
    caches.forEach(FrameCache::clear);
    assertThat(backlog.bytes()).as("all is given back").isZero();
  }

  private Group group(String topic, EventFormat.Form form) {
    Group group = new Group(new Group.Want(Samples.interest(topic), form, Framing.CHUNKED));
    index.add(group);
    return group;
  }

  /** One with room for so many of these pages. */
  private FrameCache cache(int pages) {
    return cache(backlog, pages * weight());
  }

  private FrameCache cache(Backlog within, long mostBytes) {
    FrameCache cache = new FrameCache(index, within, mostBytes);
    caches.add(cache);
    return cache;
  }

  private long weight() {
    FrameCache cache = new FrameCache(index, backlog, 1 << 20);
    cache.get(group, page(1));
    int weight = cache.sheet(group, page(1)).taken();
    cache.clear();
    return weight;
  }

  /** All of these weigh the same. */
  private static Page page(int number) {
    return Samples.page(100 + number * 10, 110 + number * 10);
  }

  private Sheet framed(FrameCache cache, int page) {
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
    FrameCache cache = cache(PAGES);
    assertThat(cache.get(group, rest).part(0, whole.to(), 1 << 20).events()).isEqualTo(7);
    assertThat(cache.get(group, whole).part(0, whole.to(), 1 << 20).events()).isEqualTo(10);
  }

  @Test
  void whatWasUsedLeastRecentlyIsReleasedFirst() {
    FrameCache cache = cache(PAGES);
    List<Sheet> made = new ArrayList<>();
    for (int i = 0; i < PAGES; i++) {
      made.add(framed(cache, i));
    }
    assertThat(framed(cache, 0)).isSameAs(made.get(0));
    assertThat(made).noneMatch(Sheet::isReleased);

    framed(cache, PAGES);
    assertThat(made)
        .extracting(Sheet::isReleased)
        .containsExactly(false, true, false, false, false);
    assertThat(framed(cache, 1)).as("made anew").isNotSameAs(made.get(1));
  }

  @Test
  void whatASweepHoldsIsNotReleased() {
    FrameCache cache = cache(0);
    Sheet held = framed(cache, 1).retain();
    framed(cache, 2);
    assertThat(held.isReleased()).isFalse();
    cache.clear();
    assertThat(held.isReleased()).isFalse();
    held.release();
    assertThat(held.isReleased()).isTrue();
  }

  @Test
  void groupsOfOneFormShareTheBytesAndOthersDoNot() {
    FrameCache cache = cache(100);
    Page page = page(1);
    cache.get(group, page);
    long once = backlog.bytes();
    for (int i = 0; i < 100; i++) {
      cache.get(group("t", EventFormat.Form.PLAIN), page);
    }
    assertThat(backlog.bytes()).isEqualTo(once);
    Group enveloped = group("t", EventFormat.Form.ENVELOPE);
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
    Backlog full = new Backlog(1_000);
    full.add(1_000);
    FrameCache cache = cache(full, 1 << 20);
    Sheet first = framed(cache, 1);
    assertThat(full.bytes()).isGreaterThan(1_000);
    Sheet second = framed(cache, 2);
    assertThat(first.isReleased()).as("the first makes room").isTrue();
    second.retain();
    assertThatThrownBy(() -> cache.get(group, page(3))).isInstanceOf(NoRoom.class);
    second.release();
    assertThat(cache.get(group, page(3)).part(0, 1_000, 1).events()).isPositive();
    cache.clear();
    assertThat(full.bytes()).isEqualTo(1_000);
  }
}
