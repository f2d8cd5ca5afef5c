package dev.outpour.update;

/**
 * The reason why a request is refused, with its HTTP status.
 *
 * <p>It is sent over HTTP as {@code application/problem+json} (RFC 9457), and over the event bus as
 * a failed reply whose code is the status.
 *
 * @param status the HTTP status, 400 to 599
 * @param detail one sentence that says what to change
 * @param retryAfterSeconds after how many seconds a retry is useful; 0 if a retry is useless, or
 *     the time is unknown
 */
public record Refusal(int status, String detail, int retryAfterSeconds) {

  /** The request is invalid. */
  public static Refusal badRequest(String detail) {
    return new Refusal(400, detail, 0);
  }

  /** The request has no valid credentials. */
  public static Refusal unauthenticated(String detail) {
    return new Refusal(401, detail, 0);
  }

  /** The caller lacks a right. */
  public static Refusal forbidden(String detail) {
    return new Refusal(403, detail, 0);
  }

  /** The topic has ended. */
  public static Refusal ended(String topic) {
    return new Refusal(
        409,
        "The topic '"
            + topic
            + "' has ended: publish to another one, or wait until its last update has expired",
        0);
  }

  /** The update is too large. */
  public static Refusal tooLarge(int limitBytes) {
    return new Refusal(
        413,
        "An update may have at most "
            + limitBytes
            + " bytes: send a smaller one, or raise maxUpdateKilobytes of http and of ingest",
        0);
  }

  /** The type of the body is not supported. */
  public static Refusal unsupported(String detail) {
    return new Refusal(415, detail, 0);
  }

  /** An idempotency key was used for another update. */
  public static Refusal keyReused(String key) {
    return new Refusal(
        422,
        "The key '"
            + key
            + "' was used for an update with other topics, event, data or end: use a new key, or"
            + " send the same update",
        0);
  }

  /** The limit of remembered idempotency keys is reached. */
  public static Refusal keysFull(long most) {
    return unavailable(
        "The log remembers as many keys as it may ("
            + most
            + "): publish without a key, or later, or raise history.keepKeys and the heap");
  }

  /** The log is still reading its idempotency keys after it was opened. */
  public static Refusal keysNotRead() {
    return unavailable(
        "The log is reading the keys that it remembers: try again soon, or publish without a key");
  }

  /** The log cannot read its idempotency keys. */
  public static Refusal keysLost() {
    return unavailable(
        "The log cannot read the keys that it remembers, its operator's log says why: publish"
            + " without a key");
  }

  /** The request cannot be served now, and nothing was stored. */
  public static Refusal unavailable(String detail) {
    return new Refusal(503, detail, 1);
  }

  /** A question to the log was not answered before its deadline, or was withdrawn. */
  public static Refusal tooLate() {
    return new Refusal(408, "The log did not answer the question in time: try again later", 1);
  }

  /** Too many questions to the log are waiting. */
  public static Refusal tooMany() {
    return new Refusal(429, "Too many questions to the log are waiting: try again later", 1);
  }

  /** The hub failed. Its log has the cause. */
  public static Refusal failed() {
    return new Refusal(500, "The server failed: its log says why", 0);
  }

  /** There was no answer in time, and the update may or may not have been stored. */
  public static Refusal indeterminate() {
    return new Refusal(
        504,
        "No answer came in time and the update may have been stored: send it again with the same"
            + " key",
        1);
  }

  /** This refusal as an exception. */
  public RefusedException asException() {
    return new RefusedException(this);
  }
}
