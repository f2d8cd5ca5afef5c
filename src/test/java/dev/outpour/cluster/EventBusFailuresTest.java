package dev.outpour.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.http.LogLines;
import io.netty.handler.ssl.NotSslRecordException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.security.cert.CertificateExpiredException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class EventBusFailuresTest {

  private final AtomicLong now = new AtomicLong();
  private final EventBusFailures failures = new EventBusFailures(now::get);

  private static InetSocketAddress address(int port) {
    return new InetSocketAddress("127.0.0.1", port);
  }

  @Test
  void eachNodeIsToldOfOnceAMinute() {
    try (LogLines lines = LogLines.listen()) {
      ConnectException refused = new ConnectException("Connection refused");
      for (int i = 0; i < 5; i++) {
        failures.outgoing(address(7001), refused);
      }
      failures.outgoing(address(7002), refused);
      failures.incoming(address(40_001), refused);
      failures.incoming(address(40_002), refused);
      now.addAndGet(TimeUnit.SECONDS.toNanos(61));
      failures.outgoing(address(7001), refused);

      assertThat(lines.of(EventBusFailures.class))
          .containsExactly(
              "Event bus connection to 127.0.0.1:7001 failed: Connection refused",
              "Event bus connection to 127.0.0.1:7002 failed: Connection refused",
              "Event bus connection from 127.0.0.1 failed: Connection refused",
              "Event bus connection to 127.0.0.1:7001 failed: Connection refused (and 4"
                  + " more)");
    }
  }

  @Test
  void strangersWithoutNumberAreNotRememberedWithoutNumber() {
    try (LogLines lines = LogLines.listen()) {
      for (int port = 1; port <= 1_000; port++) {
        failures.outgoing(address(port), new IOException("no"));
      }
      failures.outgoing(address(1_000), new IOException("no"));
      failures.outgoing(address(1), new IOException("no"));

      assertThat(lines.of(EventBusFailures.class)).hasSize(1_001);
    }
  }

  @Test
  void reasonsAreSaidInWordsThatHelp() {
    assertThat(
            EventBusFailures.reason(
                new SSLHandshakeException("Failed to create SSL connection")
                    .initCause(new CertificateExpiredException("NotAfter: yesterday"))))
        .isEqualTo("the certificate of the peer has expired");
    assertThat(
            EventBusFailures.reason(
                new SSLHandshakeException(
                    "PKIX path building failed: unable to find valid certification path")))
        .isEqualTo("the certificate of the peer is not signed by cluster.tlsTrust");
    assertThat(EventBusFailures.reason(new NotSslRecordException("not an SSL/TLS record: 474554")))
        .isEqualTo("the peer does not use TLS; does it lack a certificate?");
    assertThat(
            EventBusFailures.reason(
                new SSLHandshakeException("Received fatal alert: certificate_unknown")))
        .startsWith("the peer rejected this node's certificate");
    assertThat(EventBusFailures.reason(new IOException("x".repeat(5_000)))).hasSizeLessThan(300);
    assertThat(EventBusFailures.reason(new IOException())).isEqualTo("the connection was closed");
  }
}
