package dev.outpour.settings;

/** Tells from the spelling of a host whether only this machine can reach it. */
public final class Loopback {
  private static final String IPV4 = "127.";

  private Loopback() {}

  /**
   * No DNS lookup is made: a name other than {@code localhost} may resolve to another machine
   * later.
   */
  public static boolean is(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.equals("::1")
        || host.equals("[::1]")
        || (host.startsWith(IPV4) && isThreeNumbers(host, IPV4.length()));
  }

  /** Called for every request, where a regular expression would take several times as long. */
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
