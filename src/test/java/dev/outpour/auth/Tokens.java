package dev.outpour.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Creates tokens, also invalid ones: header and claims are signed unchanged. */
public final class Tokens {

  /** A secret of 32 bytes. */
  public static final String SECRET = "correct-horse-battery-staple-123";

  public static final String HS256 = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

  private Tokens() {}

  /** A token with rights for an hour, signed with {@link #SECRET}. */
  public static String of(JsonObject rights) {
    return of(claims(rights));
  }

  /** A token with these claims, signed with {@link #SECRET}. */
  public static String of(String claims) {
    return hmac("HmacSHA256", SECRET, HS256, claims);
  }

  /** A token to publish and to subscribe, for an hour. */
  public static String of(String publish, String subscribe) {
    return of(rights(publish, subscribe));
  }

  public static JsonObject rights(String publish, String subscribe) {
    return new JsonObject()
        .put("publish", new JsonArray(Arrays.asList(publish.split(","))))
        .put("subscribe", new JsonArray(Arrays.asList(subscribe.split(","))));
  }

  /** Claims with rights, for an hour. */
  public static String claims(JsonObject rights) {
    return claims(rights, Instant.now().plusSeconds(3600)).encode();
  }

  public static JsonObject claims(JsonObject rights, Instant end) {
    return new JsonObject()
        .put("exp", end.toEpochMilli() / 1000.0)
        .put("sub", "tester")
        .put("outpour", rights);
  }

  /** Signs with a secret. */
  public static String hmac(String algorithm, String secret, String head, String claims) {
    return hmac(algorithm, secret.getBytes(StandardCharsets.UTF_8), head, claims);
  }

  public static String hmac(String algorithm, byte[] secret, String head, String claims) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(secret, algorithm));
      String input = base64(head) + "." + base64(claims);
      return input + "." + base64(mac.doFinal(input.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Signs with a private key; {@code SHA256withRSA}, {@code Ed25519} and the like. */
  public static String signed(String algorithm, PrivateKey key, String head, String claims) {
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      String input = base64(head) + "." + base64(claims);
      signature.update(input.getBytes(StandardCharsets.UTF_8));
      return input + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The hash of a secret, as the configuration has it. */
  public static String sha256(String secret) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(hash.digest(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static RSAKey rsa(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  public static ECKey ec(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  public static KeyPair ed25519() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** A public key as openssl writes it. */
  public static String pem(PublicKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }
}
