package dev.outpour.files;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.impl.KeyStoreHelper;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore.PasswordProtection;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The content of a PEM file when it was read: certificates, a private key, or public keys.
 *
 * <p>Every method throws an {@link IllegalArgumentException} whose message names the file and the
 * fault, never the content.
 *
 * @param name the path of the file
 * @param pem its content, one character for each byte
 */
public record PemFile(String name, String pem) {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  private static final List<String> PUBLIC_KEYS = List.of("RSA", "EC", "Ed25519");

  /** The name of the only entry in a key store that Vert.x makes of PEM. */
  private static final String ENTRY = "dummy-entry-0";

  /** Reads a file. It blocks. */
  public static PemFile read(String name) {
    return new PemFile(name, TextFile.read(name, StandardCharsets.ISO_8859_1));
  }

  /** Whether a text is PEM. */
  public static boolean isPem(String text) {
    return text.contains("-----BEGIN");
  }

  /** The content of the file, for Vert.x, which parses PEM itself. */
  public Buffer bytes() {
    return Buffer.buffer(pem.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The certificates of the file, at least one, in their order. */
  public List<X509Certificate> certificates() {
    String blocks =
        BLOCK
            .matcher(pem)
            .results()
            .filter(block -> block.group(1).equals("CERTIFICATE"))
            .map(block -> block.group() + "\n")
            .collect(Collectors.joining());
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException(
          name + " has no certificate as PEM (-----BEGIN CERTIFICATE-----)");
    }
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(
              new ByteArrayInputStream(blocks.getBytes(StandardCharsets.ISO_8859_1)))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException e) {
      throw new IllegalArgumentException(name + " has a certificate that cannot be read", e);
    }
  }

  /** Checks that the file has a private key that is not encrypted. */
  public void checkPrivateKey() {
    if (pem.contains("BEGIN ENCRYPTED PRIVATE KEY") || pem.contains(",ENCRYPTED")) {
      throw new IllegalArgumentException(
          name
              + " has an encrypted private key, and the hub cannot ask for its passphrase: decrypt it"
              + " with openssl pkey, and let only the hub's user read the file");
    }
    if (!pem.contains("PRIVATE KEY-----")) {
      throw new IllegalArgumentException(
          name
              + " has no private key as PEM (-----BEGIN PRIVATE KEY-----): set tlsKey to the file"
              + " that has it");
    }
  }

  /** Checks that the private key of this file belongs to the first certificate of another. */
  public void checkKeyOf(PemFile certificate) {
    checkPrivateKey();
    PrivateKeyEntry entry = entry(certificate);
    X509Certificate own = (X509Certificate) entry.getCertificate();
    if (!isKeyOf(own, entry)) {
      throw new IllegalArgumentException(
          name
              + " is not the key of the first certificate in "
              + certificate
              + ", which is for "
              + own.getSubjectX500Principal());
    }
  }

  private PrivateKeyEntry entry(PemFile certificate) {
    try {
      PasswordProtection password =
          new PasswordProtection(KeyStoreHelper.DUMMY_PASSWORD.toCharArray());
      return (PrivateKeyEntry)
          KeyStoreHelper.loadKeyCert(List.of(bytes()), List.of(certificate.bytes()))
              .getEntry(ENTRY, password);
    } catch (Exception e) {
      // Vert.x declares no better type.
      throw new IllegalArgumentException(
          certificate
              + " and "
              + name
              + " cannot be used: they must be a certificate and its key, RSA or EC ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  /** Whether the certificate verifies what the key signs. */
  private static boolean isKeyOf(X509Certificate certificate, PrivateKeyEntry entry) {
    boolean isEc = entry.getPrivateKey().getAlgorithm().equals("EC");
    try {
      Signature signature = Signature.getInstance(isEc ? "SHA256withECDSA" : "SHA256withRSA");
      signature.initSign(entry.getPrivateKey());
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      // The two have different algorithms.
      return false;
    }
  }

  /** The public keys of the file, in their order: RSA, EC, or Ed25519. */
  public List<PublicKey> publicKeys() {
    List<PublicKey> keys = new ArrayList<>();
    for (MatchResult block : BLOCK.matcher(pem).results().toList()) {
      if (!block.group(1).equals("PUBLIC KEY")) {
        throw new IllegalArgumentException(
            name
                + " has a PEM block "
                + block.group(1)
                + ": replace it by a PUBLIC KEY (openssl pkey -pubout)");
      }
      keys.add(publicKey(Base64.getMimeDecoder().decode(block.group(2))));
    }
    return keys;
  }

  private PublicKey publicKey(byte[] encoded) {
    for (String algorithm : PUBLIC_KEYS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
      } catch (GeneralSecurityException e) {
        // It has another algorithm.
      }
    }
    throw new IllegalArgumentException(
        name + " has a public key that is not RSA, EC or Ed25519: use one of these");
  }

  /** The name only: the content must not appear in logs. */
  @Override
  public String toString() {
    return name;
  }
}
