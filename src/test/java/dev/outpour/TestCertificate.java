package dev.outpour;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate of this machine that signed itself, made by the JDK's keytool, and its key.
 *
 * @param certificate the PEM file of the one
 * @param key the PEM file of the other
 * @param both a PEM file with both
 * @param x509 the certificate itself
 */
public record TestCertificate(Path certificate, Path key, Path both, X509Certificate x509) {

  private static final char[] PASSWORD = "changeit".toCharArray();

  /** Created once, for tests that need any certificate. */
  private static final class Shared {
    static final TestCertificate IT = create("shared", "-keyalg", "EC", "-groupname", "secp256r1");
  }

  /** A certificate for tests that need any. */
  public static TestCertificate shared() {
    return Shared.IT;
  }

  /**
   * Creates one, in files that are deleted with this process.
   *
   * @param name its name besides localhost
   * @param options the key's options of keytool
   */
  public static TestCertificate create(String name, String... options) {
    try {
      Path directory = Files.createTempDirectory("certificate");
      Path store = directory.resolve("store.p12");
      keytool(store, name, options);
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD);
      }
      X509Certificate x509 = (X509Certificate) keys.getCertificate("it");
      Path certificate = directory.resolve("certificate.pem");
      Path key = directory.resolve("key.pem");
      write(certificate, "CERTIFICATE", x509.getEncoded());
      Key secret = keys.getKey("it", PASSWORD);
      write(key, "PRIVATE KEY", secret.getEncoded());
      Path both = directory.resolve("both.pem");
      Files.writeString(both, Files.readString(certificate) + Files.readString(key));
      for (Path file : List.of(directory, store, certificate, key, both)) {
        file.toFile().deleteOnExit();
      }
      return new TestCertificate(certificate, key, both, x509);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static void keytool(Path store, String name, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", "it", "-validity", "30"));
    command.addAll(List.of("-dname", "CN=" + name, "-ext", "san=dns:localhost,ip:127.0.0.1"));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", new String(PASSWORD)));
    command.addAll(List.of("-keystore", store.toString()));
    command.addAll(Arrays.asList(options));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start();
    Await.until("a certificate", () -> !process.isAlive());
    if (process.exitValue() != 0) {
      throw new AssertionError("keytool failed");
    }
  }

  /** Writes a block of PEM into a file. */
  public static void write(Path file, String label, byte[] bytes) throws IOException {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    Files.writeString(
        file, "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n");
  }

  /** TLS for clients that trust it and no other. */
  public SSLContext trusting() {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("it", x509);
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
