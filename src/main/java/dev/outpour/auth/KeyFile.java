package dev.outpour.auth;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import dev.outpour.files.TextFile;
import dev.outpour.json.StrictJson;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads keys from files: a JWK, a set of them, or public keys as PEM. It blocks. */
final class KeyFile {

  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  private static final List<String> PUBLIC_KEYS = List.of("RSA", "EC", "Ed25519");

  private KeyFile() {}

  /**
   * Reads the keys of a file; at least one.
   *
   * @throws IllegalArgumentException with a message that names the file and says what is wrong
   */
  static List<VerificationKey> read(String file) {
    String text = TextFile.read(file);
    try {
      List<VerificationKey> keys = text.contains("-----BEGIN") ? ofPem(text) : ofJwks(jwks(text));
      if (keys.isEmpty()) {
        throw new IllegalArgumentException("has no key: put one into it");
      }
      return keys;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + " " + e.getMessage(), e);
    }
  }

  /**
   * The keys of a file that have a private part, which a PEM here never has.
   *
   * @throws IllegalArgumentException with a message that names the file and says what is wrong
   */
  static List<JWK> privateKeys(String file) {
    String text = TextFile.read(file);
    return text.contains("-----BEGIN")
        ? List.of()
        : jwks(text).stream().filter(JWK::isPrivate).toList();
  }

  /** The keys of a JWK or a set of them, private parts included. */
  static List<JWK> jwks(String text) {
    try {
      return StrictJson.parse(text).containsKey("keys")
          ? JWKSet.parse(text).getKeys()
          : List.of(JWK.parse(text));
    } catch (ParseException e) {
      throw new IllegalArgumentException("has to be a JWK, a JWK set or public keys as PEM", e);
    }
  }

  private static List<VerificationKey> ofJwks(List<JWK> keys) {
    return keys.stream().map(VerificationKey::of).toList();
  }

  private static List<VerificationKey> ofPem(String text) {
    List<VerificationKey> keys = new ArrayList<>();
    for (MatchResult block : PEM.matcher(text).results().toList()) {
      if (!block.group(1).equals("PUBLIC KEY")) {
        throw new IllegalArgumentException(
            "has a PEM block of "
                + block.group(1)
                + ": give a PUBLIC KEY, as openssl -pubout does");
      }
      keys.add(ofPublicKey(publicKey(Base64.getMimeDecoder().decode(block.group(2)))));
    }
    return keys;
  }

  private static @Nullable PublicKey publicKey(byte[] encoded) {
    for (String algorithm : PUBLIC_KEYS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
      } catch (GeneralSecurityException e) {
        // It is of another algorithm.
      }
    }
    return null;
  }

  private static VerificationKey ofPublicKey(@Nullable PublicKey key) {
    if (key instanceof RSAPublicKey rsa) {
      return VerificationKey.of(new RSAKey.Builder(rsa).build());
    }
    if (key instanceof ECPublicKey ec) {
      Curve curve = Curve.forECParameterSpec(ec.getParams());
      return VerificationKey.of(new ECKey.Builder(curve, ec).build());
    }
    if (key instanceof EdECPublicKey ed) {
      byte[] encoded = ed.getEncoded();
      byte[] point = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
      return VerificationKey.ofEd25519(Optional.empty(), point);
    }
    throw new IllegalArgumentException("has a public key that is neither RSA, EC nor Ed25519");
  }
}
