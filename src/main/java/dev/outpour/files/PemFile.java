package dev.outpour.files;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
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
 * What a file of PEM held when it was read: certificates, or a private key, with faults that a
 * person understands.
 *
 * @param name what the file is called
 * @param pem what it held, a character for each byte
 */
public record PemFile(String name, String pem) {

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  /**
   * Reads a file. It blocks.
   *
   * @throws IllegalArgumentException with a message that names the file and says what is wrong
   */
  public static PemFile read(String name) {
    try {
      return new PemFile(name, Files.readString(Path.of(name), StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(name + " is not there: check the path", e);
    } catch (AccessDeniedException e) {
      throw new IllegalArgumentException(name + " may not be read by the hub's user", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(name + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** What the file held, for those who read PEM themselves. */
  public Buffer bytes() {
    return Buffer.buffer(pem.getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * The certificates of the file, at least one, in their order.
   *
   * @throws IllegalArgumentException with a message that names the file and says what is wrong
   */
  public List<X509Certificate> certificates() {
    List<X509Certificate> certificates =
        pem.contains("-----BEGIN CERTIFICATE-----") ? readCertificates() : List.of();
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException(name + " has no certificate: it has to be PEM");
    }
    return certificates;
  }

  private List<X509Certificate> readCertificates() {
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(bytes().getBytes()))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException e) {
      throw new IllegalArgumentException(name + " has a certificate that cannot be read", e);
    }
  }

  /**
   * The private key of the file.
   *
   * @throws IllegalArgumentException with a message that names the file and says what is wrong
   */
  public PrivateKey privateKey() {
    Matcher block = KEY.matcher(pem);
    try {
      if (block.find()) {
        return privateKey(Base64.getMimeDecoder().decode(block.group(1)));
      }
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      // What it holds is not for the log.
    }
    throw new IllegalArgumentException(
        name
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

  /** Its name alone: what it holds is not for logs. */
  @Override
  public String toString() {
    return name;
  }
}
