package dev.outpour.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.outpour.Await;
import dev.outpour.settings.Settings;
import dev.outpour.update.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A valid token is accepted, and anything else is refused with 401. */
class TokenFuzz {

  private static final long NOW_SECONDS = 1_800_000_000;

  private static final Authenticator AUTHORITY = authority();

  private static Authenticator authority() {
    JsonObject auth = new JsonObject().put("hmacSecret", Tokens.SECRET);
    Settings settings = Settings.of(new JsonObject().put("auth", auth));
    Clock clock = Clock.fixed(Instant.ofEpochSecond(NOW_SECONDS), ZoneOffset.UTC);
    return Await.result(
        Authenticator.start(Vertx.vertx(), AuthSettings.from(settings.section("auth")), clock));
  }

  static Stream<Arguments> tokens() {
    String claims =
        Tokens.claims(Tokens.rights("a", "b/**"), Instant.ofEpochSecond(NOW_SECONDS + 60)).encode();
    String whole = Tokens.of(claims);
    return Stream.of(
        Arguments.of(true, Tokens.HS256, claims),
        Arguments.of(true, "{\"alg\":\"none\",\"crit\":[\"b64\"]}", "{\"exp\":1e400,\"nbf\":null}"),
        Arguments.of(false, whole, ""),
        Arguments.of(false, whole, "&"),
        Arguments.of(false, whole, "\u000f"),
        Arguments.of(false, "e30.e30.", "e30"));
  }

  @MethodSource("tokens")
  @FuzzTest
  void onlyGoodTokensLetIn(boolean signed, @NotNull String head, @NotNull String claims) {
    String token = signed ? Tokens.hmac("HmacSHA256", Tokens.SECRET, head, claims) : head + claims;

    Future<Caller> caller = AUTHORITY.authenticate(token);

    assertThat(caller.isComplete()).isTrue();
    if (caller.failed()) {
      assertThat(caller.cause()).isInstanceOf(RefusedException.class);
      assertThat(((RefusedException) caller.cause()).refusal().status()).isEqualTo(401);
    } else {
      assertThat(signed || isSigned(token)).isTrue();
      assertThat(part(token, 0).getString("alg")).isEqualTo("HS256");
      assertThat(part(token, 1).getNumber("exp").doubleValue()).isGreaterThan(NOW_SECONDS);
      assertThat(caller.result().endMillis()).isGreaterThan(NOW_SECONDS * 1000);
    }
  }

  /** Whether the secret signs its first two parts with exactly these bytes. */
  private static boolean isSigned(String token) {
    return token.equals(Tokens.hmac("HmacSHA256", Tokens.SECRET, text(token, 0), text(token, 1)));
  }

  private static JsonObject part(String token, int index) {
    return new JsonObject(text(token, index));
  }

  private static String text(String token, int index) {
    return new String(
        Base64.getUrlDecoder().decode(token.split("\\.")[index]), StandardCharsets.UTF_8);
  }
}
