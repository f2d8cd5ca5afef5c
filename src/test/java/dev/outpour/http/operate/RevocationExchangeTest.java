package dev.outpour.http.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.auth.AuthSettings;
import dev.outpour.auth.Authenticator;
import dev.outpour.auth.Caller;
import dev.outpour.auth.Revocation;
import dev.outpour.auth.Tokens;
import dev.outpour.bus.LogMessage;
import dev.outpour.bus.MessageBus;
import dev.outpour.log.LocalLog;
import dev.outpour.settings.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two configurations of one Vert.x exchange revocations, as nodes of a cluster do. */
class RevocationExchangeTest {

  private final Vertx vertx = Vertx.vertx();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochMilli(1_000));

  @AfterEach
  void close() {
    Await.result(vertx.close());
  }

  private Authenticator authority(String cookie) {
    JsonObject section = new JsonObject().put("hmacSecret", Tokens.SECRET).put("cookie", cookie);
    AuthSettings settings =
        AuthSettings.from(Settings.of(new JsonObject().put("auth", section)).section("auth"));
    return Await.result(Authenticator.start(vertx, settings, new Given()));
  }

  private final class Given extends Clock {
    @Override
    public Instant instant() {
      return now.get();
    }

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  void allConfigurationsOfOneProcessHearOfItAndForgetItWhenItHasEnded() {
    Authenticator one = authority("one");
    Authenticator other = authority("other");
    RevocationExchange exchange = RevocationExchange.of(vertx, one);
    RevocationExchange.of(vertx, other);
    LogMessage noRevocation = new LogMessage.ReadAfter("log", 1);
    LocalLog.of(vertx).bus().tellAll(MessageBus.REVOKED, noRevocation);
    List<Revocation> both =
        List.of(new Revocation("short", 2_000), new Revocation("long", Caller.NEVER));
    both.forEach(each -> Await.result(exchange.revoke(each)));

    Await.until(
        "the other configuration has them",
        () -> other.revoked().containsAll(List.of("short", "long")));

    now.set(Instant.ofEpochMilli(2_000));
    Await.until(
        "the expired one is forgotten", () -> one.revoked().size() + other.revoked().size() == 2);
    assertThat(one.revoked()).containsExactly("long");
    assertThat(other.revoked()).containsExactly("long");
  }
}
