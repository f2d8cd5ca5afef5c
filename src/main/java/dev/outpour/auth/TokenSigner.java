package dev.outpour.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import dev.outpour.settings.CannotStartException;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Signs tokens with the secret of a configuration, otherwise with its first private key. */
public final class TokenSigner {

  private final JWSSigner signer;
  private final JWSAlgorithm algorithm;
  private final @Nullable String keyId;

  private TokenSigner(JWSSigner signer, JWSAlgorithm algorithm, @Nullable String keyId) {
    this.signer = signer;
    this.algorithm = algorithm;
    this.keyId = keyId;
  }

  /**
   * Selects the key of a configuration. It reads files, and blocks.
   *
   * @throws CannotStartException if no key can sign
   */
  public static TokenSigner of(AuthSettings settings) {
    try {
      if (!settings.hmacSecret().isEmpty()) {
        return new TokenSigner(new MACSigner(settings.hmacSecret()), JWSAlgorithm.HS256, null);
      }
      for (String file : settings.keys()) {
        for (JWK jwk : KeyFile.privateKeys(file)) {
          Optional<TokenSigner> signer = of(jwk);
          if (signer.isPresent()) {
            return signer.get();
          }
        }
      }
    } catch (JOSEException | IllegalArgumentException e) {
      throw new CannotStartException("auth.keys: " + e.getMessage(), e);
    }
    throw new CannotStartException(
        "There is no key to sign with: set auth.hmacSecret, or a private JWK in auth.keys");
  }

  private static Optional<TokenSigner> of(JWK jwk) throws JOSEException {
    String id = jwk.getKeyID();
    if (jwk instanceof RSAKey rsa) {
      return Optional.of(new TokenSigner(new RSASSASigner(rsa), algorithm(jwk, "RS256"), id));
    }
    if (jwk instanceof ECKey ec) {
      ECDSASigner signer = new ECDSASigner(ec);
      return Optional.of(new TokenSigner(signer, signer.supportedECDSAAlgorithm(), id));
    }
    if (jwk instanceof OctetSequenceKey secret) {
      return Optional.of(new TokenSigner(new MACSigner(secret), algorithm(jwk, "HS256"), id));
    }
    if (jwk instanceof OctetKeyPair pair && pair.getCurve().equals(Curve.Ed25519)) {
      JWSSigner signer = new EdDsaSigner(pair.getDecodedD());
      return Optional.of(new TokenSigner(signer, JWSAlgorithm.EdDSA, id));
    }
    return Optional.empty();
  }

  private static JWSAlgorithm algorithm(JWK jwk, String otherwise) {
    return JWSAlgorithm.parse(
        jwk.getAlgorithm() == null ? otherwise : jwk.getAlgorithm().getName());
  }

  /** Signs a token with these claims. */
  public String sign(JsonObject claims) {
    JWSHeader header = new JWSHeader.Builder(algorithm).keyID(keyId).build();
    JWSObject token = new JWSObject(header, new Payload(claims.encode()));
    try {
      token.sign(signer);
      return token.serialize();
    } catch (JOSEException e) {
      throw new CannotStartException("The key cannot sign: " + e.getMessage(), e);
    }
  }
}
