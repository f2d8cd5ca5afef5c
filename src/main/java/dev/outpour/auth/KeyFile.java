package dev.outpour.auth;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import dev.outpour.files.PemFile;
import dev.outpour.files.TextFile;
import dev.outpour.json.StrictJson;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads keys from a file: a JWK, a JWK set, or public keys as PEM. It blocks. */
final class KeyFile {

  private KeyFile() {}

  /**
   * Reads the keys of a file, at least one.
   *
   * @throws IllegalArgumentException with a message that names the file and the fault
   */
  static List<VerificationKey> read(String file) {
    String text = TextFile.read(file);
    try {
      List<VerificationKey> keys =
          PemFile.isPem(text)
              ? new PemFile(file, text).publicKeys().stream().map(KeyFile::ofPublicKey).toList()
              : jwks(text).stream().map(VerificationKey::of).toList();
      if (keys.isEmpty()) {
        throw new IllegalArgumentException("has no key: add one");
      }
      return keys;
    } catch (IllegalArgumentException e) {
      String fault = String.valueOf(e.getMessage());
      throw new IllegalArgumentException(fault.startsWith(file) ? fault : file + " " + fault, e);
    }
  }

  /**
   * The keys of a file that have a private part. PEM never has one here.
   *
   * @throws IllegalArgumentException with a message that names the file and the fault
   */
  static List<JWK> privateKeys(String file) {
    String text = TextFile.read(file);
    return PemFile.isPem(text) ? List.of() : jwks(text).stream().filter(JWK::isPrivate).toList();
  }

  /** The keys of a JWK or a JWK set, with their private parts. */
  static List<JWK> jwks(String text) {
    try {
      return StrictJson.parse(text).containsKey("keys")
          ? JWKSet.parse(text).getKeys()
          : List.of(JWK.parse(text));
    } catch (ParseException e) {
      throw new IllegalArgumentException("must be a JWK, a JWK set or public keys as PEM", e);
    }
  }

  private static VerificationKey ofPublicKey(PublicKey key) {
    if (key instanceof RSAPublicKey rsa) {
      return VerificationKey.of(new RSAKey.Builder(rsa).build());
    }
    if (key instanceof ECPublicKey ec) {
      Curve curve = Curve.forECParameterSpec(ec.getParams());
      return VerificationKey.of(new ECKey.Builder(curve, ec).build());
    }
    byte[] encoded = key.getEncoded();
    byte[] point = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    return VerificationKey.ofEd25519(Optional.empty(), point);
  }
}
