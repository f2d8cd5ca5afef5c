package dev.outpour.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.http.LogLines;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GrowthSignalTest {

  private final AtomicInteger calls = new AtomicInteger();
  private final List<GrowthSignal> closed = new ArrayList<>();
  private Vertx vertx;
  private Context context;
  private GrowthSignal doorbell;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
    doorbell = new GrowthSignal(LocalLog.of(vertx).bus(), closed::add);
  }

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  private void listen(Runnable handler) {
    Promise<Void> listening = Promise.promise();
    context.runOnContext(turn -> doorbell.listen(vertx, handler).onComplete(listening));
    Await.result(listening.future());
  }

  /** Returns when the loop has done all that was handed to it before. */
  private void settle() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(turn -> context.runOnContext(next -> done.complete()));
    Await.result(done.future());
  }

  private CountDownLatch holdUp() {
    CountDownLatch held = new CountDownLatch(1);
    context.runOnContext(
        turn -> {
          try {
            assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    return held;
  }

  @Test
  void loopThatWasHeldUpFindsOneMessageAndNotThousands() {
    listen(calls::incrementAndGet);
    CountDownLatch held = holdUp();
    for (int i = 0; i < 1_000; i++) {
      doorbell.ring();
    }
    assertThat(calls).hasValue(0);
    held.countDown();
    settle();
    assertThat(calls).hasValue(1);
    doorbell.ring();
    Await.until("the next ring is heard", () -> calls.get() == 2);
  }

  @Test
  void handlerRunsOnTheLoopThatListens() {
    Promise<Thread> own = Promise.promise();
    context.runOnContext(turn -> own.complete(Thread.currentThread()));
    Promise<Thread> heard = Promise.promise();
    listen(() -> heard.tryComplete(Thread.currentThread()));
    doorbell.ring();
    assertThat(Await.result(heard.future())).isSameAs(Await.result(own.future()));
  }

  @Test
  void ringDuringTheHandlerIsHeardAfterIt() {
    listen(
        () -> {
          if (calls.incrementAndGet() == 1) {
            doorbell.ring();
            doorbell.ring();
          }
        });
    doorbell.ring();
    Await.until("the second ring is heard", () -> calls.get() >= 2);
    settle();
    assertThat(calls).hasValue(2);
  }

  @Test
  void lastRingIsNeverLostHoweverManyRing() throws InterruptedException {
    AtomicInteger state = new AtomicInteger();
    AtomicInteger seen = new AtomicInteger();
    listen(() -> seen.set(state.get()));
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      threads.add(
          new Thread(
              () -> {
                for (int n = 0; n < 5_000; n++) {
                  state.incrementAndGet();
                  doorbell.ring();
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    Await.until("the last state is seen", () -> seen.get() == 15_000);
  }

  @Test
  void closedDoorbellIsSilent() {
    listen(calls::incrementAndGet);
    Await.result(doorbell.close());
    assertThat(closed).containsExactly(doorbell);
    doorbell.ring();
    settle();
    assertThat(calls).hasValue(0);
  }

  @Test
  void ringThatIsOnItsWayWhenItIsClosedIsNoTrouble() {
    listen(calls::incrementAndGet);
    try (LogLines log = LogLines.listen()) {
      CountDownLatch held = holdUp();
      doorbell.ring();
      Future<Void> done = doorbell.close();
      assertThat(done.isComplete()).isFalse();
      held.countDown();
      Await.result(done);
      settle();
      assertThat(calls).hasValue(0);
      assertThat(log.troubles()).isEmpty();
    }
  }
}
