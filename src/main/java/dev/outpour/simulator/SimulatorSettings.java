package dev.outpour.simulator;

import dev.outpour.settings.Section;
import java.net.URI;

/**
 * The section {@code simulator}: what to post, where and how often.
 *
 * @param url the URL to post to, http or https; default http://localhost:3000/update
 * @param everyMillis milliseconds between two messages, 10 to 86,400,000; default 5000
 * @param message the text, in which <code>{count}</code> is replaced by the message's number and
 *     <code>{time}</code> by the UTC time in seconds; default <code>Update {count}</code>
 * @param token sent as {@code Authorization: Bearer}; default none
 */
public record SimulatorSettings(URI url, int everyMillis, String message, String token) {

  public static SimulatorSettings from(Section section) {
    return new SimulatorSettings(
        section.parsed("url", "http://localhost:3000/update", SimulatorSettings::url),
        section.integer("everyMillis", 5000, 10, 86_400_000),
        section.text("message", "Update {count}"),
        section.secret("token"));
  }

  private static URI url(String text) {
    URI url = URI.create(text);
    if (url.getHost() == null || !text.matches("https?://.*")) {
      throw new IllegalArgumentException("must be a URL that begins with http:// or https://");
    }
    return url;
  }
}
