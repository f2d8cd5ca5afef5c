package dev.outpour.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.TestHub;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RivalsTest {

  @Test
  void whateverTheirNumberAllButTheEldestHearOfAnElder() {
    Vertx vertx = Vertx.vertx();
    List<Queue<String>> heard =
        IntStream.range(0, 4).<Queue<String>>mapToObj(i -> new ConcurrentLinkedQueue<>()).toList();
    try {
      List<Rivals> owners =
          IntStream.range(0, 4)
              .mapToObj(i -> new Rivals(vertx, "log-" + i, heard.get(i)::add))
              .toList();

      Await.until(() -> heard.stream().filter(Queue::isEmpty).count() == 1, () -> heard);
      // Started in the same millisecond, any of them may be the eldest.
      Queue<String> eldest = heard.stream().filter(Queue::isEmpty).findFirst().orElseThrow();
      String log = "log-" + heard.indexOf(eldest);
      Await.until(
          () -> heard.stream().allMatch(each -> each == eldest || each.contains(log)), () -> heard);
      owners.forEach(Rivals::close);
      assertThat(eldest).isEmpty();
    } finally {
      TestHub.await(vertx.close());
    }
  }
}
