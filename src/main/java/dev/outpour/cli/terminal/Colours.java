package dev.outpour.cli.terminal;

/** Colours of a terminal; none where there is none, or where {@code NO_COLOR} is set. */
public final class Colours {
  private static final String RESET = "\u001b[0m";

  private final boolean used;

  private Colours(boolean used) {
    this.used = used;
  }

  public static Colours ofStandardOutput() {
    String unwanted = System.getenv("NO_COLOR");
    return new Colours((unwanted == null || unwanted.isEmpty()) && Terminal.isOutput());
  }

  public String faint(String text) {
    return with("\u001b[2m", text);
  }

  public String strong(String text) {
    return with("\u001b[1m", text);
  }

  public String accent(String text) {
    return with("\u001b[36m", text);
  }

  private String with(String colour, String text) {
    return used ? colour + text + RESET : text;
  }
}
