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
 * A signed token (JWT, RFC 7519) as it came. Of its head only the algorithm and the name of the key
 * are looked at, to find the key among those that are known: keys that it brings or points to
 * ({@code jwk}, {@code jku}, {@code x5c}, {@code x5u}) are not.
 */
record Token(JWSObject jws) {

  private static final int MOST_CHARACTERS = 8 * 1024;

  /**
   * Reads one. Nothing of it is believed yet.
   *
   * @throws IllegalArgumentException with a message that says why it is none
   */
  static Token parse(String text) {
    if (text.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException("is longer than " + MOST_CHARACTERS + " characters");
    }
    if (!text.equals(text.trim())) {
      // The library passes over it, and the same token would be many.
      throw new IllegalArgumentException("has blanks or line ends around it: send it without");
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
        throw new IllegalArgumentException("needs an extension (crit) that is unknown here");
      }
      return new Token(jws);
    } catch (ParseException | ClassCastException e) {
      throw new IllegalArgumentException(
          "is neither a signed token (JWT) nor an API key of this hub", e);
    }
  }

  /** What is signed has one spelling: the decoder would pass over what does not belong there. */
  private static void checkSpelling(Base64URL part) {
    if (!Base64URL.encode(part.decode()).equals(part)) {
      throw new IllegalArgumentException("has a part that is no base64url");
    }
  }

  /** The keys among some that it may have been signed with. */
  List<VerificationKey> candidates(List<VerificationKey> keys) {
    return keys.stream().filter(key -> key.fits(jws.getHeader())).toList();
  }

  /**
   * Whether a key that is published may have signed it that is not among some: none of them did,
   * nor has one the name that it says. What is published is no secret.
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
   * What it says, if one of the keys signed it.
   *
   * @throws IllegalArgumentException with a message that says why it does not count
   */
  Claims claims(List<VerificationKey> candidates) {
    if (candidates.stream().noneMatch(this::isSignedBy)) {
      throw new IllegalArgumentException(
          "is signed by no key of auth.hmacSecret, auth.keys and auth.jwksUrl");
    }
    return unverified();
  }

  /**
   * What it says, whoever signed it.
   *
   * @throws IllegalArgumentException if it says nothing
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
