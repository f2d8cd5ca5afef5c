package dev.outpour.auth;

import dev.outpour.settings.Section;

/**
 * Who may publish and read.
 *
 * @param anonymous whether anyone may, from anywhere; without keys only the loopback is open;
 *     default false
 */
public record AuthSettings(boolean anonymous) {

  public static AuthSettings from(Section section) {
    return new AuthSettings(section.flag("anonymous", false));
  }
}
