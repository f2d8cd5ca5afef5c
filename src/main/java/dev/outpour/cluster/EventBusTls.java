package dev.outpour.cluster;

import dev.outpour.files.PemFile;
import dev.outpour.settings.Settings;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The certificates for mutual TLS on the event bus, read from PEM files when the process started. A
 * node connects only with nodes whose certificate the cluster's own authority has signed.
 *
 * <p>Vert.x gets the contents, not the paths. It would read the files for its client only at the
 * first message to another node, perhaps hours later, and would never retry after a failure.
 *
 * <p>Host names in certificates are not compared. Nodes find each other by address, and every
 * certificate of the authority admits its bearer.
 *
 * @param certificate this node's certificate, then the intermediate ones
 * @param key its private key
 * @param trust the certificates of the authority, one or several
 */
record EventBusTls(PemFile certificate, PemFile key, PemFile trust) {

  static final String CERTIFICATE = "tlsCertificate";
  static final String KEY = "tlsKey";
  static final String TRUST = "tlsTrust";

  /** The key exchange of a check without a connection. */
  private static final String ANY_EXCHANGE = "UNKNOWN";

  /** Configures both the server and the client of a bus. */
  void applyTo(EventBusOptions options) {
    options
        .setSsl(true)
        .setClientAuth(ClientAuth.REQUIRED)
        .setKeyCertOptions(
            new PemKeyCertOptions().setCertValue(certificate.bytes()).setKeyValue(key.bytes()))
        .setTrustOptions(new PemTrustOptions().addCertValue(trust.bytes()));
    options.setTrustAll(false);
    options.setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"));
  }

  /**
   * When the first of this node's certificates expires.
   *
   * @throws IllegalArgumentException if the file has no certificate
   */
  Instant end() {
    return certificate.certificates().stream()
        .map(each -> each.getNotAfter().toInstant())
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** Adds a fault for each file that cannot be used, or that other nodes would reject. */
  void check(Settings settings) {
    Optional<List<X509Certificate>> own = tried(settings, CERTIFICATE, certificate::certificates);
    Optional<List<X509Certificate>> authorities = tried(settings, TRUST, trust::certificates);
    tried(
        settings,
        KEY,
        () -> {
          if (own.isPresent()) {
            key.checkKeyOf(certificate);
          } else {
            key.checkPrivateKey();
          }
          return key;
        });
    if (own.isPresent() && authorities.isPresent()) {
      tried(settings, CERTIFICATE, () -> checkTrusted(own.get(), authorities.get()));
    }
  }

  private static <T> Optional<T> tried(Settings settings, String name, Supplier<T> read) {
    try {
      return Optional.of(read.get());
    } catch (IllegalArgumentException e) {
      settings.fault("cluster." + name + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Checks the certificate as another node does, both as its server and as its client. */
  private boolean checkTrusted(List<X509Certificate> own, List<X509Certificate> authorities) {
    try {
      own.get(0).checkValidity();
      X509Certificate[] chain = own.toArray(new X509Certificate[0]);
      X509TrustManager others = trustManager(authorities);
      others.checkServerTrusted(chain, ANY_EXCHANGE);
      others.checkClientTrusted(chain, ANY_EXCHANGE);
      return true;
    } catch (CertificateExpiredException | CertificateNotYetValidException e) {
      throw new IllegalArgumentException(
          certificate
              + " is valid from "
              + own.get(0).getNotBefore().toInstant()
              + " to "
              + own.get(0).getNotAfter().toInstant()
              + ": make a new one",
          e);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          certificate
              + " would be rejected by a node that trusts "
              + trust
              + ": let that authority sign it. If it has an extended key usage, include serverAuth and"
              + " clientAuth",
          e);
    }
  }

  private static X509TrustManager trustManager(List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (X509Certificate authority : authorities) {
      store.setCertificateEntry("authority-" + store.size(), authority);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509TrustManager) factory.getTrustManagers()[0];
  }
}
