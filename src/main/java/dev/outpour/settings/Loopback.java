package dev.outpour.settings;

/** Tells, by its spelling alone, whether a host can be reached from this machine only. */
public final class Loopback {
  private static final String IPV4 = "127.";

  private Loopback() {}

  /**
   * Asks no name service: a name other than {@code localhost} may mean another machine tomorrow.
   */
  public static boolean is(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.equals("::1")
        || host.equals("[::1]")
        || (host.startsWith(IPV4) && isThreeNumbers(host, IPV4.length()));
  }

  /** Asked of every request: a pattern would take several times as long. */
  private static boolean isThreeNumbers(String host, int from) {
    int dots = 0;
    int digits = 0;
    for (int i = from; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c >= '0' && c <= '9' && digits < 3) {
        digits++;
      } else if (c == '.' && digits > 0) {
        dots++;
        digits = 0;
      } else {
        return false;
      }
    }
    return dots == 2 && digits > 0;
  }
}
