package dev.outpour.http.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.http.limit.ClientQuota.Seat;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What each client has, counted by several threads. */
class ClientQuotaTest {

  private static final ClientKey A = new ClientKey(true, 1);
  private static final ClientKey B = new ClientKey(true, 2);

  @Test
  void addressHasItsMostAndNoneIsTakenFromAnother() {
    ClientQuota<ClientKey> tally = new ClientQuota<>(2);
    Seat first = tally.take(A);
    assertThat(tally.take(A)).isNotNull();
    assertThat(tally.take(A)).isNull();
    assertThat(tally.take(B)).isNotNull();
    first.leave();
    assertThat(tally.take(A)).isNotNull();
    assertThat(tally.take(A)).isNull();
  }

  @Test
  void whatDoesNotCountIsAlwaysThere() {
    assertThat(new ClientQuota<ClientKey>(1).take(null)).isSameAs(Seat.FREE);
    assertThat(new ClientQuota<ClientKey>(0).take(A)).isSameAs(Seat.FREE);
  }

  @Test
  void twoSeatsAreGivenBackTogether() {
    ClientQuota<ClientKey> tally = new ClientQuota<>(1);
    Seat both = Seat.both(tally.take(A), tally.take(B));
    assertThat(tally.size()).isEqualTo(2);
    both.leave();
    assertThat(tally.size()).isZero();
    assertThat(Seat.both(Seat.FREE, Seat.FREE)).isSameAs(Seat.FREE);
  }

  @Test
  void neverMoreThanTheMostAndNothingIsLeftHoweverManyThreads() {
    ClientQuota<ClientKey> tally = new ClientQuota<>(3);
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      threads.add(
          CompletableFuture.runAsync(
              () -> {
                for (int n = 0; n < 20_000; n++) {
                  Seat seat = tally.take(A);
                  if (seat != null) {
                    most.accumulateAndGet(taken.incrementAndGet(), Math::max);
                    taken.decrementAndGet();
                    seat.leave();
                  }
                }
              }));
    }
    threads.forEach(CompletableFuture::join);
    assertThat(most.get()).isBetween(1, 3);
    assertThat(tally.size()).isZero();
  }
}
