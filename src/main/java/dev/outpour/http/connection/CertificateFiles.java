package dev.outpour.http.connection;

import dev.outpour.files.TextFile;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.impl.KeyStoreHelper;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStore.PasswordProtection;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Reads a certificate and its key from PEM files, and sees that they belong together. It blocks.
 */
public final class CertificateFiles {

  /** What the one entry of the store is called that Vert.x makes of the files. */
  private static final String ENTRY = "dummy-entry-0";

  private CertificateFiles() {}

  /**
   * Reads a certificate and its key.
   *
   * @throws IllegalArgumentException with a message that names the file and says what is wrong
   */
  public static PemKeyCertOptions read(TlsSettings settings) {
    String certificate = TextFile.read(settings.certificate());
    String key = TextFile.read(settings.keyFile());
    if (!certificate.contains("-----BEGIN CERTIFICATE-----")) {
      throw new IllegalArgumentException(
          settings.certificate() + " has no certificate as PEM (-----BEGIN CERTIFICATE-----)");
    }
    checkKey(settings, key);
    Buffer certificateBytes = Buffer.buffer(certificate);
    Buffer keyBytes = Buffer.buffer(key);
    check(settings, entry(settings, certificateBytes, keyBytes));
    return new PemKeyCertOptions().addCertValue(certificateBytes).addKeyValue(keyBytes);
  }

  private static void checkKey(TlsSettings settings, String key) {
    if (key.contains("BEGIN ENCRYPTED PRIVATE KEY") || key.contains(",ENCRYPTED")) {
      throw new IllegalArgumentException(
          settings.keyFile()
              + " has a key that is encrypted, and nobody is there to type its passphrase: write it"
              + " in clear with openssl pkey, readable by this user alone");
    }
    if (!key.contains("PRIVATE KEY-----")) {
      throw new IllegalArgumentException(
          settings.keyFile()
              + " has no key as PEM (-----BEGIN PRIVATE KEY-----)"
              + (settings.key().isEmpty() ? ": name its file in http.tlsKey" : ""));
    }
  }

  private static PrivateKeyEntry entry(TlsSettings settings, Buffer certificate, Buffer key) {
    try {
      KeyStore store = KeyStoreHelper.loadKeyCert(List.of(key), List.of(certificate));
      PasswordProtection password =
          new PasswordProtection(KeyStoreHelper.DUMMY_PASSWORD.toCharArray());
      return (PrivateKeyEntry) store.getEntry(ENTRY, password);
    } catch (Exception e) {
      // It has no better type.
      throw new IllegalArgumentException(
          settings.certificate()
              + " and "
              + settings.keyFile()
              + " cannot be used, they have to be a certificate and its key, RSA or EC: "
              + e.getMessage(),
          e);
    }
  }

  private static void check(TlsSettings settings, PrivateKeyEntry entry) {
    X509Certificate own = (X509Certificate) entry.getCertificate();
    try {
      if (isKeyOf(own, entry.getPrivateKey())) {
        return;
      }
    } catch (GeneralSecurityException e) {
      // Then it is not.
    }
    throw new IllegalArgumentException(
        settings.keyFile()
            + " has another key than that of the first certificate in "
            + settings.certificate()
            + ", which is for "
            + own.getSubjectX500Principal());
  }

  /** Whether what one signs the other verifies. */
  private static boolean isKeyOf(X509Certificate certificate, PrivateKey key)
      throws GeneralSecurityException {
    byte[] signed = certificate.getTBSCertificate();
    Signature signature =
        Signature.getInstance(
            key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
    signature.initSign(key);
    signature.update(signed);
    byte[] bytes = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(signed);
    return signature.verify(bytes);
  }
}
