package dev.outpour.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.log.UpdateBus;
import dev.outpour.log.UpdateListener;
import dev.outpour.update.Position;
import dev.outpour.update.Truncation;
import dev.outpour.update.Update;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UpdateListenerTest {

  private static final int KEPT = 20_000;

  private final Queue<Update> heard = new ConcurrentLinkedQueue<>();
  private LogOwner owner = new LogOwner(KEPT);

  @AfterEach
  void stop() {
    owner.close();
  }

  private List<String> heardData() {
    return heard.stream().map(update -> update.data().toString()).toList();
  }

  private void awaitHeard(String... data) {
    Await.until("heard " + List.of(data), () -> heardData().size() >= data.length);
    assertThat(heardData()).containsExactly(data);
  }

  /** Returns after the context has run everything submitted before. */
  private void settle(Context context) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(turn -> context.runOnContext(next -> done.complete()));
    Await.result(done.future());
  }

  @Test
  void hearsWhatIsPublishedFromNowOn() {
    owner.start();
    owner.publish("before");
    UpdateBus.listen(owner.vertx, heard::add);
    owner.publish("a");
    owner.publish("b");
    awaitHeard("a", "b");
  }

  @Test
  void fromNowMeansFromTheCallEvenIfTheCallerIsBusyAfterIt() {
    owner.start();
    owner.publish("before");
    Context context = ((VertxInternal) owner.vertx).createWorkerContext();
    Promise<Void> called = Promise.promise();
    Promise<Void> published = Promise.promise();
    context.runOnContext(
        turn -> {
          UpdateBus.listen(owner.vertx, heard::add);
          called.complete();
          Await.result(published.future());
        });
    Await.result(called.future());
    owner.publish("a");
    published.complete();
    owner.publish("b");
    awaitHeard("a", "b");
  }

  @Test
  void hearsEverythingAfterAPosition() {
    owner.start();
    owner.publish("a");
    Position position = owner.publish("b");
    owner.publish("c");
    UpdateBus.listen(owner.vertx, position, heard::add);
    owner.publish("d");
    awaitHeard("c", "d");
  }

  @Test
  void waitsForALogThatIsNotThereYet() {
    UpdateBus.listen(owner.vertx, heard::add);
    owner.start();
    Await.until(
        "the log is followed",
        () -> {
          owner.publish("x");
          return !heard.isEmpty();
        });
    List<Long> sequences = heard.stream().map(Update::sequence).toList();
    assertThat(sequences)
        .isEqualTo(
            LongStream.range(sequences.get(0), sequences.get(0) + sequences.size())
                .boxed()
                .toList());
  }

  @Test
  void isToldWhatHasExpiredAndGoesOnFromWhatIsThere() {
    owner.close();
    owner = new LogOwner(3);
    owner.start();
    Position first = owner.publish("a");
    for (String text : List.of("b", "c", "d", "e", "f")) {
      owner.publish(text);
    }
    Queue<Truncation> told = new ConcurrentLinkedQueue<>();
    UpdateBus.listen(owner.vertx, first, heard::add).truncationHandler(told::add);
    awaitHeard("d", "e", "f");
    // The handler may be set after the first notification, which then arrives on its own.
    Await.until("told", () -> !told.isEmpty());
    assertThat(told).containsExactly(new Truncation(Optional.of(first), Truncation.Reason.EXPIRED));
  }

  @Test
  void isToldWhatWasMissedEvenIfItAsksLate() {
    owner.start();
    Position foreign = new Position("another1", 7);
    UpdateListener listener = UpdateBus.listen(owner.vertx, foreign, heard::add);
    Await.until(
        "it listens",
        () -> {
          owner.publish("x");
          return !heard.isEmpty();
        });
    Promise<Truncation> told = Promise.promise();
    listener.truncationHandler(told::tryComplete);
    assertThat(Await.result(told.future()))
        .isEqualTo(new Truncation(Optional.of(foreign), Truncation.Reason.UNKNOWN));
  }

  @Test
  void pausedListenerHearsNothingAndMissesNothing() {
    owner.start();
    UpdateListener listener = UpdateBus.listen(owner.vertx, heard::add);
    owner.publish("a");
    awaitHeard("a");
    listener.pause();
    owner.publish("b");
    owner.publish("c");
    assertThat(heardData()).containsExactly("a");
    listener.resume();
    awaitHeard("a", "b", "c");
    owner.publish("d");
    awaitHeard("a", "b", "c", "d");
  }

  @Test
  void handlerMayPauseBetweenTwoUpdatesOfAPage() {
    owner.start();
    Position start = owner.publish("start");
    for (int i = 0; i < 50; i++) {
      owner.publish("data " + i);
    }
    Promise<UpdateListener> listening = Promise.promise();
    Context context = owner.vertx.getOrCreateContext();
    context.runOnContext(
        turn ->
            listening.complete(
                UpdateBus.listen(
                    owner.vertx,
                    start,
                    update -> {
                      heard.add(update);
                      listening.future().result().pause();
                    })));
    UpdateListener listener = Await.result(listening.future());
    for (int i = 1; i <= 50; i++) {
      int count = i;
      Await.until("heard " + i, () -> heard.size() == count);
      settle(context);
      assertThat(heard).hasSize(i);
      listener.resume();
    }
    assertThat(heardData()).doesNotHaveDuplicates();
  }

  @Test
  void handlerThatThrowsHearsTheNextUpdateAllTheSame() {
    owner.start();
    Position start = owner.publish("start");
    for (String text : List.of("a", "b", "c")) {
      owner.publish(text);
    }
    Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
    owner.vertx.exceptionHandler(thrown::add);
    Context context = owner.vertx.getOrCreateContext();
    context.exceptionHandler(thrown::add);
    context.runOnContext(
        turn ->
            UpdateBus.listen(
                owner.vertx,
                start,
                update -> {
                  heard.add(update);
                  if (update.data().toString().equals("b")) {
                    throw new IllegalStateException("No b");
                  }
                }));
    awaitHeard("a", "b", "c");
    Await.until("the failure is reported", () -> thrown.size() == 1);
  }

  @Test
  void closedListenerHearsNoMore() {
    owner.start();
    UpdateListener listener = UpdateBus.listen(owner.vertx, heard::add);
    owner.publish("a");
    awaitHeard("a");
    Await.result(listener.close());
    owner.publish("b");
    UpdateBus.listen(owner.vertx, owner.head(), update -> heard.add(update));
    owner.publish("c");
    awaitHeard("a", "c");
  }

  @Test
  void hearsEachOnceInOrderWhileManyPublish() throws InterruptedException {
    owner.start();
    Position start = owner.publish("start");
    int publishers = 4;
    int each = 1_000;
    UpdateBus.listen(owner.vertx, start, heard::add);
    List<Thread> threads = new ArrayList<>();
    for (int p = 0; p < publishers; p++) {
      String name = "p" + p + " ";
      threads.add(
          new Thread(
              () -> {
                for (int i = 0; i < each; i++) {
                  owner.vertx.eventBus().send(UpdateBus.INGEST, name + i);
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    int all = publishers * each;
    Await.until("all are heard", () -> heard.size() >= all);
    assertThat(heard.stream().map(Update::sequence).toList())
        .isEqualTo(LongStream.rangeClosed(2, all + 1).boxed().toList());
    for (int p = 0; p < publishers; p++) {
      String name = "p" + p + " ";
      assertThat(heardData().stream().filter(data -> data.startsWith(name)).toList())
          .isEqualTo(LongStream.range(0, each).mapToObj(i -> name + i).toList());
    }
  }
}
