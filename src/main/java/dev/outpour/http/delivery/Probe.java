package dev.outpour.http.delivery;

/** Hears of each step of delivery before it is taken, so that tests can have any of them fail. */
interface Probe {

  /** A step of delivery. */
  enum Step {
    /** The log has grown. */
    GROW,
    /** A page is taken. */
    GATHER,
    /** It is found who wants something of it. */
    MATCH,
    /** What a group gets is framed. */
    FRAME,
    /** A live subscriber is written to. */
    WRITE,
    /** A sweep ends. */
    FINISH,
    /** A subscriber that is behind goes on. */
    CATCH_UP,
    /** What it gets is framed. */
    CATCH_UP_FRAME,
    /** A subscriber that is behind is written to. */
    CATCH_UP_WRITE,
    /** A heartbeat is due. */
    BEAT
  }

  /** One that does nothing. */
  Probe NONE = step -> {};

  /** Hears of a step. */
  void before(Step step);
}
