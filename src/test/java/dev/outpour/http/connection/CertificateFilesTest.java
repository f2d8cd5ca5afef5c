package dev.outpour.http.connection;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outpour.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of files that hold no certificate and its key. */
class CertificateFilesTest {

  private static final TestCertificate ONE = TestCertificate.shared();

  @TempDir private Path directory;

  private static void read(Path certificate, Path key) {
    CertificateFiles.read(
        new TlsSettings(certificate.toString(), key == null ? "" : key.toString(), 0));
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("some.pem"), text);
  }

  private static void check(Path certificate, Path key, String fault) {
    assertThatThrownBy(() -> read(certificate, key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(fault);
  }

  @Test
  void twoFilesOrOneAreTaken() throws IOException {
    assertThatCode(() -> read(ONE.certificate(), ONE.key())).doesNotThrowAnyException();
    assertThatCode(() -> read(ONE.both(), null)).doesNotThrowAnyException();
    TestCertificate rsa = TestCertificate.create("rsa", "-keyalg", "RSA", "-keysize", "2048");
    assertThatCode(() -> read(rsa.certificate(), rsa.key())).doesNotThrowAnyException();
  }

  @Test
  void whatIsWrongIsSaid() throws IOException {
    check(directory.resolve("none.pem"), ONE.key(), "none.pem does not exist");
    check(directory, ONE.key(), "cannot be read");
    check(ONE.key(), ONE.key(), "has no certificate as PEM");
    check(ONE.certificate(), null, "set tlsKey to the file that has it");
    check(ONE.certificate(), ONE.certificate(), "has no private key as PEM");
    Path bytes = Files.write(directory.resolve("bytes"), new byte[] {(byte) 0x80, 1});
    check(bytes, ONE.key(), "bytes has no certificate as PEM");
  }

  @Test
  void keyThatCannotBeUsedIsSaidToBeSuch() throws IOException {
    String key = Files.readString(ONE.key());
    check(ONE.certificate(), file(key.replace("PRIVATE", "ENCRYPTED PRIVATE")), "openssl pkey");
    check(ONE.certificate(), file(key.replaceFirst("\n....", "\nAAAA")), "cannot be used");
    TestCertificate other =
        TestCertificate.create("other", "-keyalg", "EC", "-groupname", "secp256r1");
    check(ONE.certificate(), other.key(), "is not the key of the first certificate");
    TestCertificate rsa = TestCertificate.create("rsa", "-keyalg", "RSA", "-keysize", "2048");
    check(ONE.certificate(), rsa.key(), "a certificate and its key");
    Path chain = file(Files.readString(rsa.certificate()) + Files.readString(ONE.certificate()));
    check(chain, rsa.key(), "chain is not valid");
    TestCertificate ed = TestCertificate.create("ed", "-keyalg", "Ed25519");
    check(ed.certificate(), ed.key(), "RSA or EC");
  }
}
