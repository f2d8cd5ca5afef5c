package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.update.Lineage;
import dev.outpour.update.Page;
import dev.outpour.update.Samples;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is kept of framed bytes, and when it is released. */
class FrameCacheTest {

  private static final int PAGES = 5;

  private final TopicIndex index = new TopicIndex();
  private final Group group = group(EventFormat.Form.PLAIN);
  private final List<FrameCache> caches = new ArrayList<>();

  @AfterEach
  void clear() {
    caches.forEach(FrameCache::clear);
  }

  private Group group(EventFormat.Form form) {
    Group group = new Group(new Group.Want(Samples.interest("t"), form, Framing.CHUNKED));
    index.add(group);
    return group;
  }

  /** One with room for so many of these pages. */
  private FrameCache cache(int pages) {
    FrameCache cache = new FrameCache(index, pages * weight());
    caches.add(cache);
    return cache;
  }

  private long weight() {
    Frames frames = group.frame(page(1).updates());
    int weight = frames.weight();
    frames.release();
    return weight;
  }

  /** All of these weigh the same. */
  private static Page page(int number) {
    return Samples.page(100 + number * 10, 110 + number * 10);
  }

  private static int references(Frames frames) {
    return frames.part(0, Long.MAX_VALUE, 1).bytes().refCnt();
  }

  @Test
  void whatWasUsedLeastRecentlyIsReleasedFirst() {
    FrameCache cache = cache(PAGES);
    List<Frames> made = new ArrayList<>();
    for (int i = 0; i < PAGES; i++) {
      made.add(cache.get(group, page(i)));
    }
    assertThat(cache.get(group, page(0))).isSameAs(made.get(0));
    assertThat(made).allMatch(frames -> references(frames) == 1);

    cache.get(group, page(PAGES));
    assertThat(made).extracting(FrameCacheTest::references).containsExactly(1, 0, 1, 1, 1);
    cache.get(group, page(PAGES + 1));
    assertThat(made).extracting(FrameCacheTest::references).containsExactly(1, 0, 0, 1, 1);
    assertThat(cache.get(group, page(1))).as("made anew").isNotSameAs(made.get(1));
  }

  @Test
  void whatIsLargerThanAllTheRoomStaysUntilTheNext() {
    FrameCache cache = cache(0);
    Frames first = cache.get(group, page(1));
    assertThat(references(first)).isEqualTo(1);
    assertThat(cache.get(group, page(1))).isSameAs(first);
    Frames second = cache.get(group, page(2));
    assertThat(references(first)).isZero();
    assertThat(references(second)).isEqualTo(1);
  }

  @Test
  void whatSomebodyHoldsIsLetGoAndNotReleased() {
    FrameCache cache = cache(0);
    Frames held = group.frame(page(1).updates());
    cache.put(group, page(1), held);
    assertThat(references(held)).isEqualTo(2);
    cache.get(group, page(2));
    assertThat(references(held)).isEqualTo(1);
    held.release();
    assertThat(references(held)).isZero();
  }

  @Test
  void whatIsPutInPlaceOfAnotherReleasesItAndWeighsOnce() {
    FrameCache cache = cache(2);
    Frames other = cache.get(group, page(2));
    Frames first = cache.get(group, page(1));
    for (int i = 0; i < 3; i++) {
      Frames again = group.frame(page(1).updates());
      cache.put(group, page(1), again);
      again.release();
      assertThat(references(again)).isEqualTo(1);
    }
    assertThat(references(first)).isZero();
    assertThat(references(other)).isEqualTo(1);
  }

  @Test
  void allIsReleasedWhenItIsClearedAndThereIsRoomAgain() {
    FrameCache cache = cache(2);
    for (int round = 0; round < 3; round++) {
      Frames one = cache.get(group, page(1));
      Frames two = cache.get(group, page(2));
      assertThat(references(one)).isEqualTo(1);
      cache.clear();
      assertThat(references(one)).isZero();
      assertThat(references(two)).isZero();
    }
  }

  @Test
  void groupsAndLogsDoNotGetWhatIsOfOthers() {
    FrameCache cache = cache(100);
    Group enveloped = group(EventFormat.Form.ENVELOPE);
    Page page = page(1);
    Page restored =
        new Page(
            new Lineage(List.of(new Lineage.Epoch("another1", 1))),
            1,
            page.from(),
            page.to(),
            List.of());
    Frames mine = cache.get(group, page);
    assertThat(cache.get(enveloped, page)).isNotSameAs(mine);
    assertThat(cache.get(group, restored)).isNotSameAs(mine);
    assertThat(cache.get(group, page)).isSameAs(mine);
  }
}
