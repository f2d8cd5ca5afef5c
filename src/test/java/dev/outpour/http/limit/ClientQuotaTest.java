package dev.outpour.http.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.http.limit.ClientQuota.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Quotas of clients, used by several threads. */
class ClientQuotaTest {

  private static final ClientKey A = new ClientKey.Address(true, 1);
  private static final ClientKey B = new ClientKey.Address(true, 2);

  @Test
  void addressHasItsMostAndNoneIsTakenFromAnother() {
    ClientQuota<ClientKey> quota = new ClientQuota<>(2);
    Permit first = quota.acquire(A);
    assertThat(quota.acquire(A)).isNotNull();
    assertThat(quota.acquire(A)).isNull();
    assertThat(quota.acquire(B)).isNotNull();
    first.release();
    assertThat(quota.acquire(A)).isNotNull();
    assertThat(quota.acquire(A)).isNull();
  }

  @Test
  void whatDoesNotCountIsAlwaysThere() {
    assertThat(new ClientQuota<ClientKey>(1).acquire(null)).isSameAs(Permit.FREE);
    assertThat(new ClientQuota<ClientKey>(0).acquire(A)).isSameAs(Permit.FREE);
  }

  @Test
  void twoPermitsAreGivenBackTogether() {
    ClientQuota<ClientKey> quota = new ClientQuota<>(1);
    Permit both = Permit.both(quota.acquire(A), quota.acquire(B));
    assertThat(quota.size()).isEqualTo(2);
    both.release();
    assertThat(quota.size()).isZero();
    assertThat(Permit.both(Permit.FREE, Permit.FREE)).isSameAs(Permit.FREE);
  }

  @Test
  void neverMoreThanTheMostAndNothingIsLeftHoweverManyThreads() {
    ClientQuota<ClientKey> quota = new ClientQuota<>(3);
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      threads.add(
          CompletableFuture.runAsync(
              () -> {
                for (int n = 0; n < 20_000; n++) {
                  Permit permit = quota.acquire(A);
                  if (permit != null) {
                    most.accumulateAndGet(taken.incrementAndGet(), Math::max);
                    taken.decrementAndGet();
                    permit.release();
                  }
                }
              }));
    }
    threads.forEach(CompletableFuture::join);
    assertThat(most.get()).isBetween(1, 3);
    assertThat(quota.size()).isZero();
  }
}
