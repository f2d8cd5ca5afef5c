package dev.outpour.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.outpour.Await;
import dev.outpour.settings.Settings;
import dev.outpour.update.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** Whatever is brought as a token lets in who has a good one, and is refused with 401 otherwise. */
class TokenFuzz {

  private static final long NOW_SECONDS = 1_800_000_000;

  private static final Authority AUTHORITY = authority();

  private static Authority authority() {
    JsonObject auth = new JsonObject().put("hmacSecret", Tokens.SECRET);
    Settings settings = Settings.of(new JsonObject().put("auth", auth));
    Clock clock = Clock.fixed(Instant.ofEpochSecond(NOW_SECONDS), ZoneOffset.UTC);
    return Await.result(
        Authority.start(Vertx.vertx(), AuthSettings.from(settings.section("auth")), clock));
  }

  @FuzzTest
  void onlyGoodTokensLetIn(FuzzedDataProvider data) {
    String head = data.consumeBoolean() ? Tokens.HS256 : data.consumeString(200);
    boolean signed = data.consumeBoolean();
    String claims = data.consumeRemainingAsString();
    String token = signed ? Tokens.hmac("HmacSHA256", Tokens.SECRET, head, claims) : head + claims;

    Future<Caller> caller = AUTHORITY.authenticate(token);

    assertThat(caller.isComplete()).isTrue();
    if (caller.failed()) {
      assertThat(caller.cause()).isInstanceOf(RefusedException.class);
      assertThat(((RefusedException) caller.cause()).refusal().status()).isEqualTo(401);
    } else {
      assertThat(signed).isTrue();
      assertThat(new JsonObject(head).getString("alg")).isEqualTo("HS256");
      assertThat(new JsonObject(claims).getNumber("exp").doubleValue()).isGreaterThan(NOW_SECONDS);
      assertThat(caller.result().endMillis()).isGreaterThan(NOW_SECONDS * 1000);
    }
  }
}
