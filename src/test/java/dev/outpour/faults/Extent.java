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

  /** The tag of tests that take long, which only the profile of that name runs. */
  public static final String FULL = "full";

  /** The tag of tests that measure time, load or memory: no other test runs beside them. */
  public static final String ALONE = "alone";

  private Extent() {}

  /** One number or the other. */
  public static int of(int whole, int slice) {
    return isSlice() ? slice : whole;
  }

  /** One number, or another, or that of {@code mvn verify}, which answers soon. */
  public static int of(int whole, int slice, int brief) {
    return isBrief() ? brief : of(whole, slice);
  }

  /** Whether neither the profile {@code full} nor the profile {@code faults} is active. */
  public static boolean isBrief() {
    return extent().equals("brief");
  }

  /** Whether not the whole is to be run. */
  public static boolean isSlice() {
    return !extent().equals("whole");
  }

  private static String extent() {
    return System.getProperty("outpour.extent", "brief");
  }
}
