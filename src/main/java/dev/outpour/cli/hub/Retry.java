package dev.outpour.cli.hub;

import dev.outpour.logging.EscapedText;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Decides whether a command tries again, and how long it waits: with exponential backoff, until a
 * time limit has passed since the first failure in a row. A hub that was never reached is not
 * retried. Not thread-safe.
 */
public final class Retry {
  private static final Duration UNLIMITED = Duration.ofDays(36_500);

  private final HubClient client;
  private final Duration limit;

  /** A connection that worked for longer than this resets the backoff and the limit. */
  private final Duration stable;

  private final Backoff backoff = new Backoff(ThreadLocalRandom.current());
  private boolean reached;

  /** Whether the limit counts already: from the first try, and from the first of later failures. */
  private boolean counting = true;

  private long sinceNanos = System.nanoTime();

  private Retry(HubClient client, Duration limit, Duration stable) {
    this.client = client;
    this.limit = limit;
    this.stable = stable;
  }

  public static Retry upTo(Duration limit, HubClient client) {
    return new Retry(client, limit, limit);
  }

  public static Retry unlimited(HubClient client) {
    return new Retry(client, UNLIMITED, Duration.ofMillis(Backoff.MAX_MILLIS));
  }

  /** The hub has answered, so later failures are retried even if it cannot be reached. */
  public void reached() {
    if (!reached) {
      reached = true;
      succeeded();
    }
  }

  /** All is well: the limit and the pauses start over. */
  public void succeeded() {
    counting = false;
    backoff.reset();
  }

  /** A connection worked for this long before it failed. */
  public void workedFor(long nanos) {
    if (nanos > stable.toNanos()) {
      succeeded();
    }
  }

  /**
   * What failed, in words that are safe for a terminal.
   *
   * @throws CommandException if there is no point in trying again
   */
  public String describe(Throwable failure) {
    Optional<CommandException> noHub = client.noHub(failure);
    if (noHub.isPresent() && !reached) {
      throw noHub.get();
    }
    reached = true;
    String message = EscapedText.printable(String.valueOf(failure.getMessage()));
    if (failure instanceof TemporaryFailureException) {
      return message;
    }
    if (failure instanceof TimeoutException) {
      return "The hub does not answer";
    }
    return (noHub.isPresent() ? "The hub cannot be reached (" : "The connection broke (")
        + message
        + ")";
  }

  /** How long to wait before the next try after a failure; empty once the limit has passed. */
  public OptionalLong pauseMillis(Throwable failure) {
    long now = System.nanoTime();
    if (!counting) {
      counting = true;
      sinceNanos = now;
    }
    long left = limit.toMillis() - TimeUnit.NANOSECONDS.toMillis(now - sinceNanos);
    long least =
        failure instanceof TemporaryFailureException temporary ? temporary.retryAfterMillis() : 0;
    return left <= 0 || least > left
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(least, Math.min(backoff.nextMillis(), left)));
  }
}
