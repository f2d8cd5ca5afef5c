package dev.outpour.http.connection;

import dev.outpour.settings.Section;

/**
 * The TLS settings of a listener.
 *
 * @param certificate a PEM file with the certificate and its chain; default none: no TLS
 * @param key a PEM file with the private key; default: the file of the certificate
 * @param hstsSeconds how long browsers shall use TLS only (HSTS), 0 to 63,072,000, 0 for no header;
 *     default 31,536,000, a year
 */
public record TlsSettings(String certificate, String key, int hstsSeconds) {

  public static TlsSettings from(Section section) {
    TlsSettings settings =
        new TlsSettings(
            section.optional("tlsCertificate", Section::checkFile),
            section.optional("tlsKey", Section::checkFile),
            section.integer("hstsSeconds", 31_536_000, 0, 63_072_000));
    if (!settings.isOn() && !settings.key.isEmpty()) {
      section.fault("tlsKey", "needs a certificate: set http.tlsCertificate, too");
    }
    return settings;
  }

  /** Whether TLS is used. */
  public boolean isOn() {
    return !certificate.isEmpty();
  }

  /** The file with the private key. */
  String keyFile() {
    return key.isEmpty() ? certificate : key;
  }
}
