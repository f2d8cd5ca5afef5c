package dev.outpour.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import dev.outpour.settings.CannotStartException;
import dev.outpour.settings.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.EdECPrivateKey;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hub accepts the tokens that it signs, and a file of private keys is also a file of keys. */
class TokenSignerTest {

  private static final JsonObject CLAIMS = new JsonObject(Tokens.claims(Tokens.rights("a", "b")));

  @TempDir Path folder;

  private AuthSettings keys(String content) throws Exception {
    Path file = Files.writeString(folder.resolve("keys"), content);
    return settings(new JsonObject().put("keys", new JsonArray().add(file.toString())));
  }

  private static AuthSettings settings(JsonObject auth) {
    return AuthSettings.from(Settings.of(new JsonObject().put("auth", auth)).section("auth"));
  }

  private static OctetKeyPair ed25519() {
    KeyPair pair = Tokens.ed25519();
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] x = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    byte[] d = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
    return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x))
        .d(Base64URL.encode(d))
        .keyID("o")
        .build();
  }

  @Test
  void everyKindOfPrivateKeySignsWhatItsPublicPartChecks() throws Exception {
    ECKey large = new ECKeyGenerator(Curve.P_384).generate();
    byte[] secret = Tokens.SECRET.getBytes(StandardCharsets.UTF_8);
    List<JWK> all =
        List.of(
            Tokens.rsa("r"),
            Tokens.ec("e"),
            large,
            ed25519(),
            new OctetSequenceKey.Builder(secret).build());
    for (JWK jwk : all) {
      AuthSettings settings = keys(jwk.toJSONString());
      String token = TokenSigner.of(settings).sign(CLAIMS);
      List<VerificationKey> known =
          jwk.toPublicJWK() == null
              ? KeyFile.read(settings.keys().get(0))
              : List.of(VerificationKey.of(jwk.toPublicJWK()), VerificationKey.of(Tokens.rsa("x")));
      assertThat(Token.parse(token).claims(known).json())
          .as("%s", jwk.getKeyType())
          .isEqualTo(CLAIMS);
      assertThat(KeyFile.read(settings.keys().get(0))).hasSize(1);
    }
  }

  @Test
  void firstPrivateKeyOfASetSigns() throws Exception {
    JWKSet set = new JWKSet(List.of(Tokens.rsa("r").toPublicJWK(), Tokens.ec("e")));
    AuthSettings settings = keys(set.toString(false));
    String token = TokenSigner.of(settings).sign(CLAIMS);
    assertThat(Token.parse(token).jws().getHeader().getKeyID()).isEqualTo("e");
  }

  @Test
  void secretOfTheConfigurationSignsBeforeAnyOther() {
    String token =
        TokenSigner.of(settings(new JsonObject().put("hmacSecret", Tokens.SECRET))).sign(CLAIMS);
    assertThat(token)
        .isEqualTo(Tokens.hmac("HmacSHA256", Tokens.SECRET, head(token), CLAIMS.encode()));
  }

  private static String head(String token) {
    return Base64URL.from(token.substring(0, token.indexOf('.'))).decodeToString();
  }

  @Test
  void withoutAPrivateKeyItSaysWhatToSet() throws Exception {
    for (AuthSettings settings :
        List.of(settings(new JsonObject()), keys(Tokens.rsa("r").toPublicJWK().toJSONString()))) {
      assertThat(catchThrowable(() -> TokenSigner.of(settings)))
          .isInstanceOf(CannotStartException.class)
          .hasMessageContaining("set auth.hmacSecret, or a private JWK");
    }
  }

  @Test
  void keysThatAreTooWeakOrNotForSignaturesAreNotTaken() throws Exception {
    String weak = new JsonObject().put("kty", "oct").put("k", Tokens.base64("short")).encode();
    String encrypting =
        new JsonObject(Tokens.rsa("r").toPublicJWK().toJSONString()).put("use", "enc").encode();
    String confused =
        new JsonObject(Tokens.rsa("r").toPublicJWK().toJSONString()).put("alg", "HS256").encode();
    String secret = "-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----\n";
    for (String content : List.of(weak, encrypting, confused, secret, "{\"keys\":[]}", "")) {
      AuthSettings settings = keys(content);
      assertThat(catchThrowable(() -> KeyFile.read(settings.keys().get(0))))
          .as(content)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(settings.keys().get(0));
    }
  }
}
