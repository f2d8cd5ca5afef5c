package dev.outpour.cluster;

import io.netty.handler.ssl.NotSslRecordException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.SignatureException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs failed connections of the event bus with their reasons: at most one line a minute for each
 * node, with the number of failures since the last line. Any thread may call it.
 */
final class EventBusFailures {

  private static final Logger log = LoggerFactory.getLogger(EventBusFailures.class);

  private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Beyond this, the node that was logged least recently is forgotten. */
  private static final int MOST_NODES = 256;

  private static final int MOST_CAUSES = 16;
  private static final int MOST_TEXT = 200;

  private final LongSupplier clockNanos;
  private final Map<String, Logged> logged = new LinkedHashMap<>();

  private record Logged(long nanos, int skipped) {}

  /**
   * @param clockNanos a monotonic clock
   */
  EventBusFailures(LongSupplier clockNanos) {
    this.clockNanos = clockNanos;
  }

  /** Reports a connection to another node that failed. */
  void outgoing(@Nullable SocketAddress to, Throwable failure) {
    report("to " + node(to, true), failure);
  }

  /** Reports a connection from another node that failed. */
  void incoming(@Nullable SocketAddress from, Throwable failure) {
    report("from " + node(from, false), failure);
  }

  private void report(String which, Throwable failure) {
    int skipped = turn(which);
    if (skipped >= 0) {
      log.warn(
          "Event bus connection {} failed: {}{}",
          which,
          reason(failure),
          skipped == 0 ? "" : " (and " + skipped + " more)");
    }
  }

  /** How many failures were skipped before this one; negative if this one is skipped, too. */
  private synchronized int turn(String which) {
    long now = clockNanos.getAsLong();
    Logged last = logged.get(which);
    if (last != null && now - last.nanos() < PAUSE_NANOS) {
      logged.put(which, new Logged(last.nanos(), last.skipped() + 1));
      return -1;
    }
    logged.remove(which);
    logged.put(which, new Logged(now, 0));
    if (logged.size() > MOST_NODES) {
      logged.remove(logged.keySet().iterator().next());
    }
    return last == null ? 0 : last.skipped();
  }

  /** The port of an incoming connection is omitted, since it differs each time. */
  private static String node(@Nullable SocketAddress address, boolean port) {
    if (!(address instanceof InetSocketAddress inet)) {
      return String.valueOf(address);
    }
    String host = inet.isUnresolved() ? inet.getHostString() : inet.getAddress().getHostAddress();
    return port ? host + ":" + inet.getPort() : host;
  }

  /** The reason of a failure, for operators. */
  static String reason(Throwable failure) {
    Throwable last = failure;
    for (int i = 0; i < MOST_CAUSES; i++) {
      if (last instanceof NotSslRecordException) {
        return "the peer does not use TLS; does it lack a certificate?";
      }
      if (last instanceof CertificateExpiredException) {
        return "the certificate of the peer has expired";
      }
      if (last instanceof CertificateNotYetValidException) {
        return "the certificate of the peer is not valid yet";
      }
      Throwable cause = last.getCause();
      if (cause == null || cause == last) {
        break;
      }
      last = cause;
    }
    String text = last.getMessage() == null ? "the connection was closed" : last.getMessage();
    if (text.contains("fatal alert")) {
      return "the peer rejected this node's certificate or TLS (" + cut(text) + ")";
    }
    // The second is the case if another authority has the name of this one.
    if (text.contains("certification path") || last instanceof SignatureException) {
      return "the certificate of the peer is not signed by cluster.tlsTrust";
    }
    return cut(text);
  }

  private static String cut(String text) {
    return text.length() > MOST_TEXT ? text.substring(0, MOST_TEXT) + "…" : text;
  }
}
