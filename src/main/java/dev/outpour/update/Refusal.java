package dev.outpour.update;

/**
 * A reason why something asked for is not done, with its HTTP status.
 *
 * <p>The same value travels over HTTP (as {@code application/problem+json}, RFC 9457), over the
 * event bus (as a failed reply whose code is the status) and inside the hub.
 *
 * @param status the HTTP status, 400 to 599
 * @param detail one sentence that says what to change
 * @param retryAfterSeconds after how many seconds it is worth trying again; 0: trying again
 *     unchanged is of no use, or no time can be named
 */
public record Refusal(int status, String detail, int retryAfterSeconds) {

  /** What was sent is wrong and has to be changed. */
  public static Refusal badRequest(String detail) {
    return new Refusal(400, detail, 0);
  }

  /** Nobody is known by what came with the request, or nothing came. */
  public static Refusal unauthenticated(String detail) {
    return new Refusal(401, detail, 0);
  }

  /** Who asks is known and may not. */
  public static Refusal forbidden(String detail) {
    return new Refusal(403, detail, 0);
  }

  /** The topic has had its last update. */
  public static Refusal ended(Topic topic) {
    return new Refusal(
        409,
        "The topic '"
            + topic
            + "' has ended: publish to another one, or wait until its last update has expired",
        0);
  }

  /** The update is over the limit. */
  public static Refusal tooLarge(int limitBytes) {
    return new Refusal(
        413,
        "An update may have at most "
            + limitBytes
            + " bytes: send a smaller one, or raise maxUpdateKilobytes of http and of ingest",
        0);
  }

  /** The body is of a kind that is not understood. */
  public static Refusal unsupported(String detail) {
    return new Refusal(415, detail, 0);
  }

  /** A key came again with another update. */
  public static Refusal keyReused(String key) {
    return new Refusal(
        422,
        "The key '"
            + key
            + "' was used for an update with other topics, event, data or end: take a new key, or"
            + " send the same update",
        0);
  }

  /** As many keys are remembered as may be. */
  public static Refusal keysFull(long most) {
    return unavailable(
        "The log remembers as many keys as it may ("
            + most
            + "): publish without a key, or later, or raise history.keepKeys and the heap");
  }

  /** The keys of a log that was opened just now are still being read. */
  public static Refusal keysNotRead() {
    return unavailable(
        "The log is reading the keys that it remembers: try again soon, or publish without a key");
  }

  /** The keys of the log cannot be read. */
  public static Refusal keysLost() {
    return unavailable(
        "The log cannot read the keys that it remembers, its operator's log says why: publish"
            + " without a key");
  }

  /** It could not be done now, and nothing was stored. */
  public static Refusal unavailable(String detail) {
    return new Refusal(503, detail, 1);
  }

  /** A question to the log was not answered before its deadline, or was withdrawn. */
  public static Refusal tooLate() {
    return new Refusal(408, "The log did not answer the question in time: try again later", 1);
  }

  /** More questions to the log wait than may. */
  public static Refusal tooMany() {
    return new Refusal(429, "Too many questions to the log are waiting: try again later", 1);
  }

  /** The hub itself has a fault, which its log describes. */
  public static Refusal failed() {
    return new Refusal(500, "The server failed: its log says why", 0);
  }

  /** No answer came in time; it may or may not have been stored. */
  public static Refusal indeterminate() {
    return new Refusal(
        504,
        "No answer came in time and the update may have been stored: send it again with the same"
            + " key",
        1);
  }

  /** This refusal as an exception, to be thrown or to fail a future with. */
  public RefusedException asException() {
    return new RefusedException(this);
  }
}
