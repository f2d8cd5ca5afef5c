package dev.outpour.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.outpour.auth.Tokens;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenCommandTest {

  private static CommandRun run(String line) {
    JsonObject auth =
        new JsonObject()
            .put("hmacSecret", Tokens.SECRET)
            .put("issuer", "https://hub.example")
            .put("audience", "hub");
    return CommandRun.of(auth, "", line.split(" "));
  }

  private static JsonObject claims(CommandRun run) {
    String part = run.output().split("\\.")[1];
    return new JsonObject(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
  }

  @Test
  void tokenHasTheGivenRightsAndTheConfiguredIssuerAndAudience() {
    CommandRun ended =
        run("token --publish a/* --publish b --subscribe ** --operate --subject me --expires 2m");

    assertThat(ended.code()).as(ended.errors()).isZero();
    JsonObject claims = claims(ended);
    assertThat(claims.getJsonObject("outpour"))
        .isEqualTo(
            new JsonObject(
                "{\"publish\":[\"a/*\",\"b\"],\"subscribe\":[\"**\"],\"operate\":true}"));
    assertThat(claims.getString("sub")).isEqualTo("me");
    assertThat(claims.getString("iss")).isEqualTo("https://hub.example");
    assertThat(claims.getString("aud")).isEqualTo("hub");
    assertThat(claims.getString("jti")).isNotBlank();
    assertThat(claims.getLong("exp") - claims.getLong("iat")).isEqualTo(120);
    assertThat(claims.getLong("iat")).isCloseTo(Instant.now().getEpochSecond(), offset(5L));
  }

  @Test
  void tokenToPublishHasAStableSubjectDerivedFromItsTopics() {
    String first = claims(run("token --publish a/* --publish b")).getString("sub");
    assertThat(first).matches("publisher-[0-9a-f]{16}");
    assertThat(claims(run("token --publish b --publish a/* --subscribe c")).getString("sub"))
        .as("the same topics")
        .isEqualTo(first);
    assertThat(claims(run("token --publish b")).getString("sub"))
        .as("other topics")
        .matches("publisher-[0-9a-f]{16}")
        .isNotEqualTo(first);
    assertThat(claims(run("token --subscribe b")).getString("sub"))
        .as("subscribers are counted by their address")
        .isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "token                              | Give the token a right",
        "token --publish a*                 | The pattern 'a*'",
        "token --publish a --expires 1      | --expires must be",
        "token --publish a --expires never  | --expires must be",
        "token --publish a --expire 1h      | Unknown option"
      })
  void invalidCommandIsOneLine(String line, String fault) {
    CommandRun ended = run(line);

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.output()).isEmpty();
    assertThat(ended.errors()).startsWith(fault);
  }
}
