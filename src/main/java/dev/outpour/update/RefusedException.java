package dev.outpour.update;

/** Carries a {@link Refusal}. It has no stack trace, because a refusal is an expected outcome. */
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
