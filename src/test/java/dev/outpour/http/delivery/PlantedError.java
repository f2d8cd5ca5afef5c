package dev.outpour.http.delivery;

/** Has one step of delivery fail, once, with an Error that nothing foresees. */
final class PlantedError implements Probe {

  private Step step;
  private int passes;
  private boolean struck;

  /** To be found again in the log. */
  static final class Planted extends Error {
    private static final long serialVersionUID = 1;

    Planted(Step step) {
      super("Planted before " + step);
    }
  }

  /**
   * Plants it.
   *
   * @param passes how often the step may be taken before it fails
   */
  synchronized void plant(Step before, int passes) {
    step = before;
    this.passes = passes;
    struck = false;
  }

  /** Whether it has come to it. */
  synchronized boolean hasStruck() {
    return struck;
  }

  @Override
  public synchronized void before(Step now) {
    if (now == step && passes-- == 0) {
      step = null;
      struck = true;
      throw new Planted(now);
    }
  }
}
