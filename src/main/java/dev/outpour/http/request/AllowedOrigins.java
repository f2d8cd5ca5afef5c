package dev.outpour.http.request;

import java.net.URI;
import java.util.Collection;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The origins whose pages may publish here and read the responses. Immutable.
 *
 * <p>{@code https://*.shop.example} matches every name one label below, as in certificates.
 */
public final class AllowedOrigins {

  private static final String STAR = "*.";
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private final Set<String> listed;

  public AllowedOrigins(Collection<String> listed) {
    this.listed = listed.stream().collect(Collectors.toUnmodifiableSet());
  }

  boolean isEmpty() {
    return listed.isEmpty();
  }

  /** Whether an origin, as browsers write it, is allowed. */
  boolean contains(String origin) {
    if (listed.contains(origin) && origin.indexOf(STAR) < 0) {
      return true;
    }
    int name = origin.indexOf("://") + 3;
    int dot = origin.indexOf('.');
    return name > 2
        && dot > name
        && LABEL.matcher(origin.substring(name, dot)).matches()
        && listed.contains(origin.substring(0, name) + "*" + origin.substring(dot));
  }

  /** Throws {@link IllegalArgumentException} unless the text is an origin or a pattern. */
  public static void check(String text) {
    String scheme = text.startsWith("https://" + STAR) ? "https://" : "http://";
    boolean pattern = text.startsWith(scheme + STAR);
    String origin = pattern ? scheme + text.substring((scheme + STAR).length()) : text;
    // A star right below a top-level domain would allow everyone who registers a name there.
    if (!isOrigin(origin) || (pattern && origin.indexOf('.') < 0)) {
      throw new IllegalArgumentException(
          "must be origins such as https://shop.example or https://*.shop.example, without a path");
    }
  }

  private static boolean isOrigin(String text) {
    try {
      URI uri = URI.create(text);
      return text.matches("https?://.*")
          && uri.getHost() != null
          && text.equals(uri.getScheme() + "://" + uri.getAuthority())
          && uri.getUserInfo() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
