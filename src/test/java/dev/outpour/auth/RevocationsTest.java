package dev.outpour.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.settings.Settings;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long revocations are remembered, with a given time. */
class RevocationsTest {

  @TempDir private Path folder;

  private static Revocation of(String name, long endMillis) {
    return new Revocation(name, endMillis);
  }

  @Test
  void eachCountsUntilItsEndAndTheLaterEndCounts() {
    Revocations revocations = new Revocations("");
    assertThat(revocations.add(List.of(of("a", 100), of("b", 200), of("a", 150)), 0)).isTrue();
    assertThat(revocations.names()).containsExactlyInAnyOrder("a", "b");
    revocations.add(List.of(of("c", Caller.NEVER)), 149);
    assertThat(revocations.names()).contains("a");
    revocations.add(List.of(), 150);
    assertThat(revocations.names()).containsExactlyInAnyOrder("b", "c");
  }

  @Test
  void namesAreAnotherSetOnlyWhenTheyHaveChanged() {
    Revocations revocations = new Revocations("");
    revocations.add(List.of(of("a", 100)), 0);
    Set<String> before = revocations.names();
    revocations.add(List.of(of("a", 50)), 0);
    assertThat(revocations.names()).isSameAs(before);
    revocations.add(List.of(of("b", 50)), 0);
    assertThat(revocations.names()).isNotSameAs(before);
  }

  @Test
  void moreThanTheMostAreNotTakenUntilSomeHaveEnded() {
    Revocations revocations = new Revocations("");
    List<Revocation> most =
        IntStream.range(0, Revocations.MOST).mapToObj(i -> of("t" + i, 100 + i)).toList();
    assertThat(revocations.add(most, 0)).isTrue();
    assertThat(revocations.add(List.of(of("x", 100)), 0)).isFalse();
    assertThat(revocations.add(List.of(of("t1", 500)), 0)).as("known already").isTrue();
    assertThat(revocations.names()).hasSize(Revocations.MOST).doesNotContain("x");
    assertThat(revocations.add(List.of(of("x", 500)), 100)).as("t0 has ended").isTrue();
    assertThat(revocations.names()).contains("x");
  }

  @Test
  void whoAsksForMoreThanTheMostIsToldWhatToDo() {
    JsonObject section = new JsonObject().put("hmacSecret", Tokens.SECRET);
    AuthSettings settings =
        AuthSettings.from(Settings.of(new JsonObject().put("auth", section)).section("auth"));
    Vertx vertx = Vertx.vertx();
    try {
      Authenticator authority =
          Await.result(Authenticator.start(vertx, settings, Clock.systemUTC()));
      List<Revocation> most =
          IntStream.range(0, Revocations.MOST).mapToObj(i -> of("t" + i, Caller.NEVER)).toList();
      assertThat(Await.result(authority.revoke(most))).as("in a file").isFalse();
      Refusal refusal =
          ((RefusedException) Await.failure(authority.revoke(List.of(of("x", Caller.NEVER)))))
              .refusal();
      assertThat(refusal.status()).isEqualTo(503);
      assertThat(refusal.detail()).contains("until").contains("auth.revokedFile");
      assertThat(authority.revoked()).contains("t0").doesNotContain("x");
    } finally {
      Await.result(vertx.close());
    }
  }

  @Test
  void fileGetsWhatThereWasRoomForAndNothingThatHasEnded() throws IOException {
    Path file = Files.writeString(folder.resolve("revoked"), "");
    JsonObject section =
        new JsonObject().put("hmacSecret", Tokens.SECRET).put("revokedFile", file.toString());
    AuthSettings settings =
        AuthSettings.from(Settings.of(new JsonObject().put("auth", section)).section("auth"));
    Vertx vertx = Vertx.vertx();
    try {
      Clock clock = Clock.fixed(Instant.ofEpochMilli(100), ZoneOffset.UTC);
      Authenticator authority = Await.result(Authenticator.start(vertx, settings, clock));
      assertThat(Await.result(authority.revoke(List.of(of("ended", 100))))).isFalse();
      List<Revocation> tooMany =
          IntStream.rangeClosed(0, Revocations.MOST).mapToObj(i -> of("t" + i, 101 + i)).toList();
      Await.failure(authority.revoke(tooMany));
      assertThat(Files.readAllLines(file))
          .contains("t" + (Revocations.MOST - 1))
          .doesNotContain("ended", "t" + Revocations.MOST);
    } finally {
      Await.result(vertx.close());
    }
  }

  @Test
  void whatIsKnownIsKnownToItsEnd() {
    Revocations revocations = new Revocations("");
    revocations.add(List.of(of("a", 100)), 0);
    assertThat(revocations.knows(List.of(of("a", 99), of("a", 100)))).isTrue();
    assertThat(revocations.knows(List.of(of("a", 101)))).isFalse();
    assertThat(revocations.knows(List.of(of("b", 1)))).isFalse();
  }

  @Test
  void digestIsTheSameForTheSameInAnyOrder() {
    Revocations one = new Revocations("");
    Revocations other = new Revocations("");
    one.add(List.of(of("a", 100), of("b", 200)), 0);
    other.add(List.of(of("b", 200)), 0);
    assertThat(one.digest()).isNotEqualTo(other.digest());
    other.add(one.requested(), 0);
    assertThat(one.digest()).isEqualTo(other.digest()).isNotZero();
    other.add(List.of(of("a", 101)), 0);
    assertThat(one.digest()).isNotEqualTo(other.digest());
  }

  @Test
  void fileGetsALineForWhatItDoesNotHave() throws IOException {
    Path file = Files.writeString(folder.resolve("revoked"), "old");
    Revocations revocations = new Revocations(file.toString());
    List<Revocation> some = List.of(of("old", 100), of("new", 100));
    assertThat(revocations.keep(some)).isTrue();
    assertThat(revocations.keep(some)).isTrue();
    assertThat(Files.readAllLines(file)).containsExactly("old", "new");
    assertThat(new Revocations(file.toString()).names()).containsExactlyInAnyOrder("old", "new");
    assertThat(new Revocations("").keep(some)).isFalse();
  }
}
