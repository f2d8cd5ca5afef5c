package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import dev.outpour.RawHttp;
import dev.outpour.TestHub;
import dev.outpour.auth.Tokens;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Valid tokens, and the answers to invalid ones. */
class TokenTest {

  private static final JsonObject RIGHTS = Tokens.rights("**", "**");
  private static final RSAKey RSA = Tokens.rsa("r");
  private static final ECKey EC = Tokens.ec("e");
  private static final KeyPair ED = Tokens.ed25519();
  private static final String RSA_PEM = pem();

  @TempDir static Path folder;

  private static TestHub hub;

  private static String pem() {
    try {
      return Tokens.pem(RSA.toPublicKey());
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  private static String file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content).toString();
  }

  @BeforeAll
  static void start() throws IOException {
    JsonArray keys =
        new JsonArray()
            .add(file("rsa.pem", RSA_PEM))
            .add(file("ec.json", EC.toPublicJWK().toJSONString()))
            .add(file("ed.pem", Tokens.pem(ED.getPublic())));
    hub =
        TestHub.start(
            new JsonObject()
                .put(
                    "auth",
                    new JsonObject()
                        .put("keys", keys)
                        .put("hmacSecret", Tokens.SECRET)
                        .put("issuer", "https://login.example")
                        .put("audience", "hub")));
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static String claims() {
    return claims(all -> {});
  }

  private static String claims(Consumer<JsonObject> change) {
    JsonObject claims =
        Tokens.claims(RIGHTS, Instant.now().plusSeconds(3600))
            .put("iss", "https://login.example")
            .put("aud", "hub");
    change.accept(claims);
    return claims.encode();
  }

  /** Claims with a member of raw JSON. */
  private static String claims(String name, String json) {
    String rest = claims(all -> all.remove(name));
    return "{\"" + name + "\":" + json + "," + rest.substring(1);
  }

  private static String hmac(String head, String claims) {
    return Tokens.hmac("HmacSHA256", Tokens.SECRET, head, claims);
  }

  private static String rsa(String algorithm, String head) {
    try {
      return Tokens.signed(algorithm, RSA.toPrivateKey(), head, claims());
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  private static String ec(String head) {
    try {
      return Tokens.signed("SHA256withECDSAinP1363Format", EC.toPrivateKey(), head, claims());
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  private static String ed(String head) {
    return Tokens.signed("Ed25519", ED.getPrivate(), head, claims());
  }

  private static RawHttp.Answer publish(String token) {
    try (RawHttp raw = hub.connect()) {
      raw.send(
          "POST /update?topic=t HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
              + token
              + "\r\nContent-Length: 1\r\n\r\n1");
      return raw.answer();
    }
  }

  private static RawHttp.Answer read(String token) {
    try (RawHttp raw = hub.connect()) {
      raw.send("HEAD /events?topic=t HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ")
          .send(token + "\r\n\r\n");
      return raw.answerWithoutBody();
    }
  }

  static Stream<Arguments> good() {
    String aLittleAhead = String.valueOf(Instant.now().getEpochSecond() + 10);
    return Stream.of(
        Arguments.of("HS256", hmac(Tokens.HS256, claims())),
        Arguments.of("RS256", rsa("SHA256withRSA", "{\"alg\":\"RS256\"}")),
        Arguments.of("RS512", rsa("SHA512withRSA", "{\"alg\":\"RS512\"}")),
        Arguments.of(
            "PEM has no name, so any will do",
            rsa("SHA256withRSA", "{\"alg\":\"RS256\",\"kid\":\"any\"}")),
        Arguments.of("ES256", ec("{\"alg\":\"ES256\",\"kid\":\"e\"}")),
        Arguments.of("EdDSA", ed("{\"alg\":\"EdDSA\"}")),
        Arguments.of("Ed25519", ed("{\"alg\":\"Ed25519\"}")),
        Arguments.of("many audiences", hmac(Tokens.HS256, claims("aud", "[\"other\",\"hub\"]"))),
        Arguments.of("a clock a little ahead", hmac(Tokens.HS256, claims("iat", aLittleAhead))),
        Arguments.of(
            "an end in parts of a second", hmac(Tokens.HS256, claims("exp", "4102444800.5"))),
        Arguments.of("unknown claims", hmac(Tokens.HS256, claims("scope", "{\"a\":[1]}"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void whatAKeySignedCounts(String name, String token) {
    assertThat(publish(token).status()).isEqualTo(200);
    assertThat(read(token).status()).isEqualTo(200);
  }

  static Stream<Arguments> bad() {
    long now = Instant.now().getEpochSecond();
    String none = Tokens.base64("{\"alg\":\"none\"}") + "." + Tokens.base64(claims()) + ".";
    String good = hmac(Tokens.HS256, claims());
    RSAKey stranger = Tokens.rsa("r");
    String own = stranger.toPublicJWK().toJSONString();
    return Stream.of(
        Arguments.of("nothing", ""),
        Arguments.of("no token", "abc"),
        Arguments.of("one dot", "abc.def"),
        Arguments.of("dots alone", ".."),
        Arguments.of("something behind the signature", hmac(Tokens.HS256, claims()) + "&"),
        Arguments.of("padding behind the signature", hmac(Tokens.HS256, claims()) + "="),
        Arguments.of("four dots", good + ".a.b"),
        Arguments.of("not base64", "a*b.c(d.e"),
        Arguments.of("not UTF-8", "_____w.e30.AA"),
        Arguments.of("longer than any", "a".repeat(8_193)),
        Arguments.of("cut signature", good.substring(0, good.length() - 4)),
        Arguments.of("no signature", good.substring(0, good.lastIndexOf('.') + 1)),
        Arguments.of("changed claims", changed(good)),
        Arguments.of("none", none),
        Arguments.of("none with a signature", none + good.substring(good.lastIndexOf('.') + 1)),
        Arguments.of("None", hmac("{\"alg\":\"None\"}", claims())),
        Arguments.of("NONE", hmac("{\"alg\":\"NONE\"}", claims())),
        Arguments.of("nOnE", hmac("{\"alg\":\"nOnE\"}", claims())),
        Arguments.of("no algorithm", hmac("{\"typ\":\"JWT\"}", claims())),
        Arguments.of("a number as algorithm", hmac("{\"alg\":256}", claims())),
        Arguments.of("null as algorithm", hmac("{\"alg\":null}", claims())),
        Arguments.of("an encrypting algorithm", hmac("{\"alg\":\"dir\"}", claims())),
        Arguments.of("hs256 in small letters", hmac("{\"alg\":\"hs256\"}", claims())),
        Arguments.of("algorithm twice", hmac("{\"alg\":\"none\",\"alg\":\"HS256\"}", claims())),
        Arguments.of("head that is a list", hmac("[]", claims())),
        Arguments.of(
            "an id that no line of a file can hold",
            hmac(Tokens.HS256, claims("jti", "\" 7c1f\""))),
        Arguments.of("a blank behind the id", hmac(Tokens.HS256, claims("jti", "\"7c1f \""))),
        Arguments.of(
            "a wide blank behind the id", hmac(Tokens.HS256, claims("jti", "\"7c1f\u2003\""))),
        Arguments.of(
            "another secret",
            Tokens.hmac("HmacSHA256", "another-secret-of-thirty-two-byte", Tokens.HS256, claims())),
        Arguments.of("PEM as secret", Tokens.hmac("HmacSHA256", RSA_PEM, Tokens.HS256, claims())),
        Arguments.of(
            "PEM without its last line end as secret",
            Tokens.hmac("HmacSHA256", RSA_PEM.strip(), Tokens.HS256, claims())),
        Arguments.of(
            "public key as secret", Tokens.hmac("HmacSHA256", der(), Tokens.HS256, claims())),
        Arguments.of(
            "HS512 by a secret too short for it",
            Tokens.hmac("HmacSHA512", Tokens.SECRET, "{\"alg\":\"HS512\"}", claims())),
        Arguments.of("RS256 signed with the secret", hmac("{\"alg\":\"RS256\"}", claims())),
        Arguments.of("ES256 said of RSA", rsa("SHA256withRSA", "{\"alg\":\"ES256\"}")),
        Arguments.of("EdDSA said of EC", ec("{\"alg\":\"EdDSA\"}")),
        Arguments.of("signature of zeros", zeros()),
        Arguments.of(
            "unknown crit", hmac("{\"alg\":\"HS256\",\"crit\":[\"x\"],\"x\":1}", claims())),
        Arguments.of("empty crit", hmac("{\"alg\":\"HS256\",\"crit\":[]}", claims())),
        Arguments.of("crit that is a text", hmac("{\"alg\":\"HS256\",\"crit\":\"exp\"}", claims())),
        Arguments.of(
            "b64 false", hmac("{\"alg\":\"HS256\",\"b64\":false,\"crit\":[\"b64\"]}", claims())),
        Arguments.of("b64 false without crit", hmac("{\"alg\":\"HS256\",\"b64\":false}", claims())),
        Arguments.of("its own jwk", ofStranger(stranger, "\"jwk\":" + own)),
        Arguments.of("a jku", ofStranger(stranger, "\"jku\":\"http://localhost:1/k\"")),
        Arguments.of("an x5u", ofStranger(stranger, "\"x5u\":\"http://localhost:1/k\"")),
        Arguments.of("an x5c", ofStranger(stranger, "\"x5c\":[\"MIIB\"]")),
        Arguments.of("kid as path", ec("{\"alg\":\"ES256\",\"kid\":\"../../../dev/null\"}")),
        Arguments.of("kid as SQL", ec("{\"alg\":\"ES256\",\"kid\":\"' OR 1=1 --\"}")),
        Arguments.of("kid as URL", ec("{\"alg\":\"ES256\",\"kid\":\"http://localhost:1/k\"}")),
        Arguments.of("kid as number", ec("{\"alg\":\"ES256\",\"kid\":1}")),
        Arguments.of("no end", hmac(Tokens.HS256, claims(all -> all.remove("exp")))),
        Arguments.of("expired", hmac(Tokens.HS256, claims("exp", String.valueOf(now - 1)))),
        Arguments.of("expired long ago", hmac(Tokens.HS256, claims("exp", "0"))),
        Arguments.of("end before all times", hmac(Tokens.HS256, claims("exp", "-1"))),
        Arguments.of("end as text", hmac(Tokens.HS256, claims("exp", "\"4102444800\""))),
        Arguments.of("end as null", hmac(Tokens.HS256, claims("exp", "null"))),
        Arguments.of("end as list", hmac(Tokens.HS256, claims("exp", "[4102444800]"))),
        Arguments.of("end without end", hmac(Tokens.HS256, claims("exp", "1e400"))),
        Arguments.of(
            "end of too many digits", hmac(Tokens.HS256, claims("exp", "9".repeat(2_000)))),
        Arguments.of(
            "of the future (nbf)", hmac(Tokens.HS256, claims("nbf", String.valueOf(now + 90)))),
        Arguments.of(
            "of the future (iat)", hmac(Tokens.HS256, claims("iat", String.valueOf(now + 90)))),
        Arguments.of("nbf as text", hmac(Tokens.HS256, claims("nbf", "\"0\""))),
        Arguments.of("claims twice", hmac(Tokens.HS256, claims("sub", "\"a\",\"sub\":\"b\""))),
        Arguments.of(
            "rights twice",
            hmac(Tokens.HS256, claims("outpour", "{\"publish\":[],\"publish\":[\"**\"]}"))),
        Arguments.of(
            "another issuer", hmac(Tokens.HS256, claims("iss", "\"https://evil.example\""))),
        Arguments.of("no issuer", hmac(Tokens.HS256, claims(all -> all.remove("iss")))),
        Arguments.of(
            "issuers in a list", hmac(Tokens.HS256, claims("iss", "[\"https://login.example\"]"))),
        Arguments.of("another audience", hmac(Tokens.HS256, claims("aud", "\"hubs\""))),
        Arguments.of("no audience", hmac(Tokens.HS256, claims(all -> all.remove("aud")))),
        Arguments.of("subject as number", hmac(Tokens.HS256, claims("sub", "1"))),
        Arguments.of("rights as text", hmac(Tokens.HS256, claims("outpour", "\"**\""))),
        Arguments.of("rights as null", hmac(Tokens.HS256, claims("outpour", "null"))),
        Arguments.of(
            "topics that are none",
            hmac(Tokens.HS256, claims("outpour", "{\"publish\":[\"a*\"]}"))),
        Arguments.of("claims that are a list", hmac(Tokens.HS256, "[]")),
        Arguments.of("claims that are two", hmac(Tokens.HS256, claims() + "{}")),
        Arguments.of("claims that are no JSON", hmac(Tokens.HS256, "exp=1")),
        Arguments.of(
            "claims many levels deep",
            hmac(Tokens.HS256, claims("x", "[".repeat(1_500) + "]".repeat(1_500)))));
  }

  private static String changed(String token) {
    String[] parts = token.split("\\.");
    return parts[0] + "." + Tokens.base64(claims("sub", "\"root\"")) + "." + parts[2];
  }

  private static byte[] der() {
    try {
      return RSA.toPublicKey().getEncoded();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  private static String zeros() {
    return Tokens.base64("{\"alg\":\"ES256\"}")
        + "."
        + Tokens.base64(claims())
        + "."
        + Tokens.base64(new String(new byte[64], StandardCharsets.US_ASCII));
  }

  private static String ofStranger(RSAKey stranger, String member) {
    try {
      return Tokens.signed(
          "SHA256withRSA", stranger.toPrivateKey(), "{\"alg\":\"RS256\"," + member + "}", claims());
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void whatNoKeySignedOrDoesNotCountIs401WithWhatToBring(String name, String token) {
    RawHttp.Answer answer = publish(token);
    JsonObject problem = Problems.check(401, answer);
    assertThat(answer.header("WWW-Authenticate"))
        .isEqualTo("Bearer realm=\"outpour\", error=\"invalid_token\"");
    assertThat(problem.getString("detail")).isNotBlank();
    if (token.length() > 8) {
      assertThat(answer.body()).as("the token must not be repeated").doesNotContain(token);
    }
    assertThat(read(token).status()).isEqualTo(401);
  }

  @Test
  void nothingOfWhatWasRefusedIsInTheLog() {
    String good = hmac(Tokens.HS256, claims());
    JsonObject first = new JsonObject(publish(good).body());
    publish("abc");
    JsonObject second = new JsonObject(publish(good).body());
    assertThat(number(second)).isEqualTo(number(first) + 1);
  }

  private static long number(JsonObject answer) {
    return Long.parseLong(answer.getString("id").replaceAll(".*-", ""));
  }
}
