package dev.outpour.settings;

import java.util.regex.Pattern;

/** Tells, by its spelling alone, whether a host can be reached from this machine only. */
public final class Loopback {
  private static final Pattern IPV4 = Pattern.compile("127(\\.\\d{1,3}){3}");

  private Loopback() {}

  /**
   * Asks no name service: a name other than {@code localhost} may mean another machine tomorrow.
   */
  public static boolean is(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.equals("::1")
        || host.equals("[::1]")
        || (host.startsWith("127.") && IPV4.matcher(host).matches());
  }
}
