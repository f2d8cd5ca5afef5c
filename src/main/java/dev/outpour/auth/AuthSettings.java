package dev.outpour.auth;

import dev.outpour.settings.Loopback;
import dev.outpour.settings.Section;
import dev.outpour.settings.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The section {@code auth}: who may publish and subscribe.
 *
 * @param anonymous what a client without a token may do: true for everything, false for nothing, or
 *     the topics to publish and to subscribe to. Without any keys, false allows everything, on the
 *     loopback only; default false
 * @param keys files with the keys that sign tokens: JWK, JWK set or PEM; default none
 * @param hmacSecret a secret that signs tokens, 32 bytes or more; default none
 * @param jwksUrl the URL where a key server publishes its keys; default none
 * @param apiKeys the API keys of publishers and subscribers: name, hash and rights; default none
 * @param requireExpiry whether a token must have an expiry; default true
 * @param issuer the required issuer of a token; default any
 * @param audience the required audience of a token; default any
 * @param cookie the name of a cookie that may carry a token; default none
 * @param graceSeconds how long a stream may continue after its token expires, 0 to 86,400; default
 *     0
 * @param revokedFile a file of revocations, each line the id of a token or the name of an API key;
 *     default none
 */
public record AuthSettings(
    Optional<Rights> anonymous,
    List<String> keys,
    String hmacSecret,
    String jwksUrl,
    List<ApiKey> apiKeys,
    boolean requireExpiry,
    String issuer,
    String audience,
    String cookie,
    int graceSeconds,
    String revokedFile) {

  static final int LEAST_SECRET_BYTES = 32;

  public static AuthSettings from(Section section) {
    AuthSettings settings =
        new AuthSettings(
            section.json("anonymous", false, AuthSettings::anonymous),
            section.texts("keys", List.of(), Section::checkFile),
            section.secret("hmacSecret"),
            section.optional("jwksUrl", AuthSettings::checkUrl),
            section.json("apiKeys", new JsonArray(), ApiKey::parseAll),
            section.flag("requireExpiry", true),
            section.optional("issuer", any -> {}),
            section.optional("audience", any -> {}),
            section.optional("cookie", AuthSettings::checkCookie),
            section.integer("graceSeconds", 0, 0, 86_400),
            section.optional("revokedFile", Section::checkFile));
    section.checkGiven("keys");
    section.checkGiven("apiKeys");
    int bytes = settings.hmacSecret.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > 0 && bytes < LEAST_SECRET_BYTES) {
      section.fault(
          "hmacSecret",
          "must have at least " + LEAST_SECRET_BYTES + " bytes, such as: openssl rand -base64 32");
    }
    return settings;
  }

  /** Whether there are keys, so that clients can be identified. */
  public boolean hasKeys() {
    return !keys.isEmpty() || !hmacSecret.isEmpty() || !jwksUrl.isEmpty() || !apiKeys.isEmpty();
  }

  /** What a client without a token may do. Without keys, every client is one. */
  public Rights withoutToken() {
    return anonymous.orElse(hasKeys() ? Rights.NONE : Rights.ALL_TOPICS);
  }

  /** Adds a fault for each file that cannot be used. It reads the files, and blocks. */
  public void checkFiles(Settings settings) {
    for (String file : keys) {
      try {
        KeyFile.read(file);
      } catch (IllegalArgumentException e) {
        settings.fault("auth.keys: " + e.getMessage());
      }
    }
    if (!revokedFile.isEmpty()) {
      try {
        Revocations.read(revokedFile);
      } catch (IllegalArgumentException e) {
        settings.fault("auth.revokedFile: " + e.getMessage());
      }
    }
  }

  private static Optional<Rights> anonymous(Object json) {
    if (json instanceof Boolean anyone) {
      return anyone ? Optional.of(Rights.ALL_TOPICS) : Optional.empty();
    }
    if (json instanceof JsonObject rights
        && Set.of("publish", "subscribe").containsAll(rights.fieldNames())) {
      return Optional.of(Rights.parse(rights));
    }
    throw new IllegalArgumentException(
        "must be true, false or an object with lists \"publish\" and \"subscribe\"");
  }

  private static void checkCookie(String name) {
    if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
      throw new IllegalArgumentException("must be a valid name of a cookie");
    }
  }

  private static void checkUrl(String text) {
    if (!isSafe(text)) {
      throw new IllegalArgumentException(
          "must be an address that starts with https://, or with http:// on the loopback");
    }
  }

  /** An attacker who can change the response can sign any token. */
  private static boolean isSafe(String text) {
    try {
      URI url = URI.create(text);
      return url.getHost() != null
          && url.getUserInfo() == null
          && (text.startsWith("https://")
              || (text.startsWith("http://") && Loopback.is(url.getHost())));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
