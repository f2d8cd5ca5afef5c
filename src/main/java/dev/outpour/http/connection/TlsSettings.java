package dev.outpour.http.connection;

import dev.outpour.settings.Section;

/**
 * How a listener shows who it is.
 *
 * @param certificate a PEM file of its certificate and those that signed it; default none, and no
 *     TLS then
 * @param key a PEM file of the certificate's key; default the file of the certificate
 * @param hstsSeconds for how long browsers are told to come by TLS alone, 0 to 63,072,000, 0 for
 *     not at all; default 31,536,000, a year
 */
public record TlsSettings(String certificate, String key, int hstsSeconds) {

  public static TlsSettings from(Section section) {
    TlsSettings settings =
        new TlsSettings(
            section.optional("tlsCertificate", Section::checkFile),
            section.optional("tlsKey", Section::checkFile),
            section.integer("hstsSeconds", 31_536_000, 0, 63_072_000));
    if (!settings.isOn() && !settings.key.isEmpty()) {
      section.fault("tlsKey", "needs its certificate: set http.tlsCertificate too");
    }
    return settings;
  }

  /** Whether there is TLS at all. */
  public boolean isOn() {
    return !certificate.isEmpty();
  }

  /** The file that the key is in. */
  String keyFile() {
    return key.isEmpty() ? certificate : key;
  }
}
