package dev.outpour.faults;

/**
 * How much the tests tagged {@value #TAG} do: {@code mvn -Pfaults verify} runs the whole of them,
 * which takes long; with {@code -Dfaults=slice} as much as fits into a few minutes.
 */
public final class Extent {

  /** The tag of the tests that the profile of that name runs, and nothing else does. */
  public static final String TAG = "faults";

  /**
   * The tag of those of them that take long even in a slice: {@code -Dit.excludedGroups=long}
   * leaves them out.
   */
  public static final String LONG = "long";

  private Extent() {}

  /** One number or the other. */
  public static int of(int whole, int slice) {
    return isSlice() ? slice : whole;
  }

  /** Whether only a slice is to be run. */
  public static boolean isSlice() {
    return System.getProperty("outpour.faults", "whole").equals("slice");
  }
}
