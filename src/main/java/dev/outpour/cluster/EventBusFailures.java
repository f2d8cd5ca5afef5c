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
 * Says in the log which connections of the event bus failed, and why: one line a minute and node,
 * with how many there were that were not told. It may be used from any thread.
 */
final class EventBusFailures {

  private static final Logger log = LoggerFactory.getLogger(EventBusFailures.class);

  private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** The one that was not told of for longest is forgotten: it may then be told of sooner. */
  private static final int MOST_NODES = 256;

  private static final int MOST_CAUSES = 16;
  private static final int MOST_TEXT = 200;

  private final LongSupplier clockNanos;
  private final Map<String, Told> told = new LinkedHashMap<>();

  private record Told(long nanos, int untold) {}

  /**
   * @param clockNanos a clock that never falls
   */
  EventBusFailures(LongSupplier clockNanos) {
    this.clockNanos = clockNanos;
  }

  /** Tells of a connection to another node that could not be made, or was ended by its TLS. */
  void outgoing(@Nullable SocketAddress to, Throwable failure) {
    tell("to " + node(to, true), failure);
  }

  /** Tells of a connection that was made to this node, and failed. */
  void incoming(@Nullable SocketAddress from, Throwable failure) {
    tell("from " + node(from, false), failure);
  }

  private void tell(String which, Throwable failure) {
    int untold = turn(which);
    if (untold >= 0) {
      log.warn(
          "A connection of the event bus {} failed: {}{}",
          which,
          reason(failure),
          untold == 0 ? "" : " (and " + untold + " more before)");
    }
  }

  /** How many were not told before this one; negative if this one is not to be told. */
  private synchronized int turn(String which) {
    long now = clockNanos.getAsLong();
    Told last = told.get(which);
    if (last != null && now - last.nanos() < PAUSE_NANOS) {
      told.put(which, new Told(last.nanos(), last.untold() + 1));
      return -1;
    }
    told.remove(which);
    told.put(which, new Told(now, 0));
    if (told.size() > MOST_NODES) {
      told.remove(told.keySet().iterator().next());
    }
    return last == null ? 0 : last.untold();
  }

  /** The port of who connects says nothing: it is another one each time. */
  private static String node(@Nullable SocketAddress address, boolean port) {
    if (!(address instanceof InetSocketAddress inet)) {
      return String.valueOf(address);
    }
    String host = inet.isUnresolved() ? inet.getHostString() : inet.getAddress().getHostAddress();
    return port ? host + ":" + inet.getPort() : host;
  }

  /** Why, for the operator. */
  static String reason(Throwable failure) {
    Throwable last = failure;
    for (int i = 0; i < MOST_CAUSES; i++) {
      if (last instanceof NotSslRecordException) {
        return "the other side speaks no TLS; has it no certificate?";
      }
      if (last instanceof CertificateExpiredException) {
        return "the certificate of the other side has expired";
      }
      if (last instanceof CertificateNotYetValidException) {
        return "the certificate of the other side does not count yet";
      }
      Throwable cause = last.getCause();
      if (cause == null || cause == last) {
        break;
      }
      last = cause;
    }
    String text = last.getMessage() == null ? "it was closed" : last.getMessage();
    if (text.contains("fatal alert")) {
      return "the other side refused this node's certificate or TLS (" + cut(text) + ")";
    }
    // The second where the other authority has the name of this one.
    if (text.contains("certification path") || last instanceof SignatureException) {
      return "the certificate of the other side is not signed by cluster.tlsTrust";
    }
    return cut(text);
  }

  private static String cut(String text) {
    return text.length() > MOST_TEXT ? text.substring(0, MOST_TEXT) + "…" : text;
  }
}
