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
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * What a node shows the others on the event bus, and whom it believes: what files of PEM held when
 * the process began. Connections are taken from and made to those alone whose certificate the
 * cluster's own authority has signed.
 *
 * <p>Vert.x is given the contents, never the names: it would read the files for its server at once
 * and for its client at the first message to another node, perhaps hours later, and keep a failure
 * for good. So what was checked is what is used, whatever becomes of the files.
 *
 * <p>Names in certificates are not compared: nodes are found by address, and who has a certificate
 * of this authority is in the cluster.
 *
 * @param certificate its certificate, then those between it and the authority's
 * @param key the private key of it
 * @param trust the certificate of the authority, or several
 */
record EventBusTls(PemFile certificate, PemFile key, PemFile trust) {

  static final String CERTIFICATE = "tlsCertificate";
  static final String KEY = "tlsKey";
  static final String TRUST = "tlsTrust";

  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");

  /** For a look without a connection, which would say how keys are exchanged. */
  private static final String ANY_EXCHANGE = "UNKNOWN";

  /** Has a bus use it, for the connections that it takes as well as for those that it makes. */
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
   * When the first of the certificates that it shows expires.
   *
   * @throws IllegalArgumentException if the file has none
   */
  Instant end() {
    return certificate.certificates().stream()
        .map(each -> each.getNotAfter().toInstant())
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** Adds a fault for each file that cannot be used, or that others would not believe. */
  void check(Settings settings) {
    Optional<List<X509Certificate>> own = tried(settings, CERTIFICATE, certificate::certificates);
    Optional<PrivateKey> secret = tried(settings, KEY, key::privateKey);
    Optional<List<X509Certificate>> authorities = tried(settings, TRUST, trust::certificates);
    if (own.isPresent() && secret.isPresent()) {
      tried(settings, KEY, () -> checkBelongs(secret.get(), own.get().get(0).getPublicKey()));
    }
    if (own.isPresent() && authorities.isPresent()) {
      tried(settings, CERTIFICATE, () -> checkBelieved(own.get(), authorities.get()));
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

  private boolean checkBelongs(PrivateKey secret, PublicKey shown) {
    try {
      Signature signature = Signature.getInstance(SIGNATURES.get(secret.getAlgorithm()));
      signature.initSign(secret);
      byte[] signed = signature.sign();
      signature.initVerify(shown);
      if (signature.verify(signed)) {
        return true;
      }
    } catch (GeneralSecurityException e) {
      // They are not even of one kind.
    }
    throw new IllegalArgumentException(key + " is not the key of " + certificate);
  }

  /** As another node does, whichever of the two connects. */
  private boolean checkBelieved(List<X509Certificate> own, List<X509Certificate> authorities) {
    try {
      own.get(0).checkValidity();
      X509Certificate[] chain = own.toArray(new X509Certificate[0]);
      X509TrustManager others = trusting(authorities);
      others.checkServerTrusted(chain, ANY_EXCHANGE);
      others.checkClientTrusted(chain, ANY_EXCHANGE);
      return true;
    } catch (CertificateExpiredException | CertificateNotYetValidException e) {
      throw new IllegalArgumentException(
          certificate
              + " counts from "
              + own.get(0).getNotBefore().toInstant()
              + " to "
              + own.get(0).getNotAfter().toInstant()
              + ": make a new one",
          e);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          certificate
              + " would not be believed by a node that trusts "
              + trust
              + ": have that authority sign it, for serverAuth and clientAuth if it names uses",
          e);
    }
  }

  private static X509TrustManager trusting(List<X509Certificate> authorities)
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
