package dev.outpour.cluster;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads certificates and private keys from files of PEM, with faults that a person understands. It
 * blocks.
 */
final class PemFile {

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private PemFile() {}

  /**
   * The certificates of a file, at least one, in their order.
   *
   * @throws IllegalArgumentException with a message that names the file and says what is wrong
   */
  static List<X509Certificate> certificates(String file) {
    String pem = read(file);
    List<X509Certificate> certificates =
        pem.contains("-----BEGIN CERTIFICATE-----") ? certificates(file, pem) : List.of();
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException(file + " has no certificate: it has to be PEM");
    }
    return certificates;
  }

  private static List<X509Certificate> certificates(String file, String pem) {
    try {
      byte[] bytes = pem.getBytes(StandardCharsets.ISO_8859_1);
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(bytes))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException e) {
      throw new IllegalArgumentException(file + " has a certificate that cannot be read", e);
    }
  }

  /**
   * The private key of a file.
   *
   * @throws IllegalArgumentException with a message that names the file and says what is wrong
   */
  static PrivateKey privateKey(String file) {
    Matcher block = KEY.matcher(read(file));
    try {
      if (block.find()) {
        return privateKey(Base64.getMimeDecoder().decode(block.group(1)));
      }
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      // What it holds is not for the log.
    }
    throw new IllegalArgumentException(
        file
            + " has no private key (RSA or EC, not encrypted) that begins with -----BEGIN PRIVATE"
            + " KEY-----: openssl pkcs8 -topk8 -nodes makes one of others");
  }

  private static PrivateKey privateKey(byte[] encoded) throws GeneralSecurityException {
    PKCS8EncodedKeySpec key = new PKCS8EncodedKeySpec(encoded);
    try {
      return KeyFactory.getInstance("RSA").generatePrivate(key);
    } catch (GeneralSecurityException e) {
      return KeyFactory.getInstance("EC").generatePrivate(key);
    }
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(file + " is not there", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
