package dev.outpour.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A key that verifies signatures of tokens. The key determines its algorithms, not the token, so a
 * public key is never used as a secret. Immutable.
 *
 * @param id its key id, if it has one
 * @param algorithms the algorithms that it verifies
 */
record VerificationKey(Optional<String> id, Set<JWSAlgorithm> algorithms, JWSVerifier verifier) {

  private static final int LEAST_RSA_BITS = 2048;

  private static final Set<JWSAlgorithm> RSA =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512);

  private static final Set<JWSAlgorithm> ED25519 = Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);

  /** Whether this key may have signed a token. A key without an id matches every key id. */
  boolean fits(JWSHeader header) {
    return algorithms.contains(header.getAlgorithm())
        && (header.getKeyID() == null || id.isEmpty() || id.get().equals(header.getKeyID()));
  }

  /**
   * A shared secret.
   *
   * @throws IllegalArgumentException if it is too short
   */
  static VerificationKey ofSecret(Optional<String> id, byte[] secret) {
    if (secret.length < AuthSettings.LEAST_SECRET_BYTES) {
      throw new IllegalArgumentException(
          "has a secret of less than " + AuthSettings.LEAST_SECRET_BYTES + " bytes");
    }
    try {
      MACVerifier verifier = new MACVerifier(secret);
      return new VerificationKey(id, verifier.supportedJWSAlgorithms(), verifier);
    } catch (JOSEException e) {
      throw unusable(e);
    }
  }

  /**
   * A public key of Ed25519.
   *
   * @throws IllegalArgumentException if it is not valid
   */
  static VerificationKey ofEd25519(Optional<String> id, byte[] point) {
    return new VerificationKey(id, ED25519, new EdDsaVerifier(point));
  }

  /**
   * The public part of a JWK, or its secret.
   *
   * @throws IllegalArgumentException with a message that says why it cannot be used
   */
  static VerificationKey of(JWK jwk) {
    if (jwk.getKeyUse() != null && !jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
      throw new IllegalArgumentException("has a key that is not for signatures");
    }
    VerificationKey key = ofAnyUse(jwk, Optional.ofNullable(jwk.getKeyID()));
    if (jwk.getAlgorithm() == null) {
      return key;
    }
    Set<JWSAlgorithm> named =
        key.algorithms.stream()
            .filter(each -> each.getName().equals(jwk.getAlgorithm().getName()))
            .collect(Collectors.toUnmodifiableSet());
    if (named.isEmpty()) {
      throw new IllegalArgumentException("has a key whose \"alg\" does not fit its type");
    }
    return new VerificationKey(key.id, named, key.verifier);
  }

  private static VerificationKey ofAnyUse(JWK jwk, Optional<String> id) {
    try {
      if (jwk instanceof RSAKey rsa) {
        if (rsa.size() < LEAST_RSA_BITS) {
          throw new IllegalArgumentException(
              "has an RSA key of less than " + LEAST_RSA_BITS + " bits");
        }
        return new VerificationKey(id, RSA, new RSASSAVerifier(rsa.toRSAPublicKey()));
      }
      if (jwk instanceof ECKey ec) {
        ECDSAVerifier verifier = new ECDSAVerifier(ec.toECPublicKey());
        return new VerificationKey(id, verifier.supportedJWSAlgorithms(), verifier);
      }
      if (jwk instanceof OctetKeyPair pair && pair.getCurve().equals(Curve.Ed25519)) {
        return ofEd25519(id, pair.getDecodedX());
      }
    } catch (JOSEException e) {
      throw unusable(e);
    }
    if (jwk instanceof OctetSequenceKey secret) {
      return ofSecret(id, secret.toByteArray());
    }
    throw new IllegalArgumentException("has a key that is not RSA, EC, Ed25519 or a secret");
  }

  private static IllegalArgumentException unusable(JOSEException cause) {
    return new IllegalArgumentException("has a key that cannot be used", cause);
  }
}
