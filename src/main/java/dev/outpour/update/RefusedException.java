package dev.outpour.update;

/** Carries a {@link Refusal}. It is an expected outcome, so it records no stack trace. */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  RefusedException(Refusal refusal) {
    super(refusal.detail(), null, false, false);
    this.refusal = refusal;
  }

  /** The reason and its status. */
  public Refusal refusal() {
    return refusal;
  }
}
