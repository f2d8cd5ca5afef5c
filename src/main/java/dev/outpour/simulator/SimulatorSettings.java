package dev.outpour.simulator;

import dev.outpour.settings.Section;
import java.net.URI;

/**
 * What is posted, where and how often.
 *
 * @param url an http or https address; default http://localhost:3000/update
 * @param everyMillis milliseconds from one message to the next, 10 to 86,400,000; default 5000
 * @param message the text; <code>{count}</code> stands for the number of the message, <code>{time}
 *     </code> for the time, UTC to the second; default <code>Update {count}</code>
 * @param token sent along as {@code Authorization: Bearer}; default none
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
      throw new IllegalArgumentException("must be an address that begins with http:// or https://");
    }
    return url;
  }
}
