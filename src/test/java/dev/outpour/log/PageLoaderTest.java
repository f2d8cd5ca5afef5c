package dev.outpour.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.update.Page;
import dev.outpour.update.Samples;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PageLoaderTest {

  private final List<Long> asked = new ArrayList<>();
  private final List<Promise<Page>> answers = new ArrayList<>();
  private final PageCache cache = new PageCache(1 << 20);
  private final PageLoader loader = new PageLoader(cache, cache::put, this::read);

  private Future<Page> read(long after) {
    asked.add(after);
    answers.add(Promise.promise());
    return answers.get(answers.size() - 1).future();
  }

  private void answer(Page page) {
    answers.get(answers.size() - 1).complete(page);
  }

  private Future<Page> load(long after) {
    Promise<Page> promise = Promise.promise();
    loader.load(after, promise);
    return promise.future();
  }

  @Test
  void pageIsReadOnceHoweverManyWaitForIt() {
    List<Future<Page>> waiters = IntStream.range(0, 1_000).mapToObj(i -> load(i % 10)).toList();
    Page page = Samples.page(0, 10);
    answer(page);
    assertThat(asked).containsExactly(0L);
    assertThat(waiters).allSatisfy(each -> assertThat(each.result()).isSameAs(page));
    assertThat(cache.get(0)).isSameAs(page);
  }

  @Test
  void pageThatIsHeldIsNotRead() {
    cache.put(Samples.page(0, 10));
    assertThat(load(5).result()).isSameAs(cache.get(5));
    assertThat(asked).isEmpty();
  }

  @Test
  void oneReadIsUnderWayAtATime() {
    load(0);
    Future<Page> other = load(10);
    assertThat(asked).containsExactly(0L);
    answer(Samples.page(0, 10));
    assertThat(asked).containsExactly(0L, 10L);
    assertThat(other.isComplete()).isFalse();
    answer(Samples.page(10, 20));
    assertThat(other.result().from()).isEqualTo(10);
  }

  @Test
  void failureReachesItsWaiterAndTheNextGoesOn() {
    Future<Page> first = load(0);
    Future<Page> second = load(0);
    answers.get(0).fail(new IllegalStateException("Away"));
    assertThat(first.cause()).hasMessage("Away");
    assertThat(second.isComplete()).isFalse();
    answer(Samples.page(0, 10));
    assertThat(second.succeeded()).isTrue();
    load(10);
    assertThat(asked).containsExactly(0L, 0L, 10L);
  }

  @Test
  void emptyPageIsGivenAndNotKept() {
    Future<Page> nothing = load(10);
    answer(Samples.page(10, 10));
    assertThat(nothing.result().to()).isEqualTo(10);
    assertThat(cache.get(10)).isNull();
    load(10);
    assertThat(asked).hasSize(2);
  }
}
