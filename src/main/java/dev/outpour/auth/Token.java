package dev.outpour.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.util.Base64URL;
import dev.outpour.json.StrictJson;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;

/**
 * A signed token (JWT, RFC 7519) as it was received. The algorithm and the key id in its header
 * select a known key. A key that the token contains or points to ({@code jwk}, {@code jku}, {@code
 * x5c}, {@code x5u}) is ignored.
 */
record Token(JWSObject jws) {

  private static final int MOST_CHARACTERS = 8 * 1024;

  /**
   * Parses a token. Its signature is not verified yet.
   *
   * @throws IllegalArgumentException with the predicate of a sentence about the token
   */
  static Token parse(String text) {
    if (text.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException("is longer than " + MOST_CHARACTERS + " characters");
    }
    if (!text.equals(text.trim())) {
      // The library trims it, so one token would have several spellings.
      throw new IllegalArgumentException("has blanks or line ends around it: remove them");
    }
    try {
      Base64URL[] parts = JWSObject.split(text);
      for (Base64URL part : parts) {
        checkSpelling(part);
      }
      StrictJson.parse(utf8(parts[0]));
      JWSObject jws = JWSObject.parse(text);
      JWSHeader header = jws.getHeader();
      if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
        throw new IllegalArgumentException(
            "requires an extension (crit) that the hub does not support");
      }
      return new Token(jws);
    } catch (ParseException | ClassCastException e) {
      throw new IllegalArgumentException("is neither a signed JWT nor an API key of this hub", e);
    }
  }

  /** Allows one spelling only. The decoder would skip illegal characters. */
  private static void checkSpelling(Base64URL part) {
    if (!Base64URL.encode(part.decode()).equals(part)) {
      throw new IllegalArgumentException("has a part that is not base64url");
    }
  }

  /** The keys that may have signed this token. */
  List<VerificationKey> candidates(List<VerificationKey> keys) {
    return keys.stream().filter(key -> key.fits(jws.getHeader())).toList();
  }

  /**
   * Whether an unknown published key may have signed this token: none of the known keys did, and
   * none has its key id. A published key cannot sign with HMAC.
   */
  boolean mayNeedAnotherKeyThan(List<VerificationKey> keys) {
    if (JWSAlgorithm.Family.HMAC_SHA.contains(jws.getHeader().getAlgorithm())) {
      return false;
    }
    Optional<String> named = Optional.ofNullable(jws.getHeader().getKeyID());
    List<VerificationKey> candidates = candidates(keys);
    return named.isPresent()
        ? keys.stream().noneMatch(key -> key.id().equals(named))
            && candidates.stream().noneMatch(this::isSignedBy)
        : candidates.isEmpty();
  }

  /**
   * The claims, if one of the keys signed the token.
   *
   * @throws IllegalArgumentException with the predicate of a sentence about the token
   */
  Claims claims(List<VerificationKey> candidates) {
    if (candidates.stream().noneMatch(this::isSignedBy)) {
      throw new IllegalArgumentException(
          "is not signed by a key of auth.hmacSecret, auth.keys or auth.jwksUrl");
    }
    return unverified();
  }

  /**
   * The claims, without a check of the signature.
   *
   * @throws IllegalArgumentException with the predicate of a sentence about the token
   */
  Claims unverified() {
    try {
      return new Claims(StrictJson.parse(utf8(jws.getPayload().toBase64URL())));
    } catch (ParseException e) {
      throw new IllegalArgumentException("has claims that are not UTF-8", e);
    }
  }

  private boolean isSignedBy(VerificationKey key) {
    try {
      return key.verifier().verify(jws.getHeader(), jws.getSigningInput(), jws.getSignature());
    } catch (JOSEException e) {
      return false;
    }
  }

  private static String utf8(Base64URL part) throws ParseException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(part.decode())).toString();
    } catch (CharacterCodingException e) {
      throw new ParseException("Not UTF-8", 0);
    }
  }
}
