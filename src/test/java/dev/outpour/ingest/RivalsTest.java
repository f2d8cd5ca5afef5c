package dev.outpour.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.TestHub;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
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

  @Test
  void whatIsNoClaimIsPassedOver() {
    Vertx vertx = Vertx.vertx();
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    vertx.exceptionHandler(failures::add);
    try {
      new Rivals(vertx, "log", heard::add);
      vertx.eventBus().publish(Rivals.ADDRESS, "elder");
      vertx.eventBus().publish(Rivals.ADDRESS, null);
      vertx.eventBus().publish(Rivals.ADDRESS, new JsonObject());
      JsonObject claim = new JsonObject().put("id", "a").put("log", "other").put("sinceMillis", 0);
      for (String missing : List.of("id", "log", "sinceMillis")) {
        vertx.eventBus().publish(Rivals.ADDRESS, claim.copy().put(missing, new JsonObject()));
      }
      vertx.eventBus().publish(Rivals.ADDRESS, claim);

      Await.until(() -> !heard.isEmpty(), () -> failures);
      assertThat(heard).containsOnly("other");
      assertThat(failures).isEmpty();
    } finally {
      TestHub.await(vertx.close());
    }
  }
}
