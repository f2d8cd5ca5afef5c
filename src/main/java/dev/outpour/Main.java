package dev.outpour;

/** Starts the hub from the command line. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {}
}
