package dev.outpour.http.connection;

import dev.outpour.files.PemFile;
import io.vertx.core.net.PemKeyCertOptions;

/** Reads a certificate and its key from PEM files, and checks that they belong together. */
public final class CertificateFiles {

  private CertificateFiles() {}

  /**
   * Reads the files of a listener. It blocks.
   *
   * @throws IllegalArgumentException with a message that names the file and the fault
   */
  public static PemKeyCertOptions read(TlsSettings settings) {
    PemFile certificate = PemFile.read(settings.certificate());
    PemFile key = PemFile.read(settings.keyFile());
    certificate.certificates();
    key.checkKeyOf(certificate);
    return new PemKeyCertOptions().addCertValue(certificate.bytes()).addKeyValue(key.bytes());
  }
}
