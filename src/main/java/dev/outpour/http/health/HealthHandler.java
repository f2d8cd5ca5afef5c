package dev.outpour.http.health;

import dev.outpour.http.limit.MemoryGuard;
import dev.outpour.http.request.ProblemResponse;
import dev.outpour.http.response.FullResponse;
import dev.outpour.log.LocalLog;
import dev.outpour.loop.EventLoopPulse;
import dev.outpour.update.Refusal;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Says whether this process lives, and whether it is ready for readers and publishers: 200 if so,
 * else 503, each with what was looked at. Nothing is asked of anybody: what is known is told. For
 * use on one event loop.
 */
public final class HealthHandler {

  private static final Set<String> NAMES = Set.of("serving", "log", "history", "memory", "cluster");
  private static final String STUCK = " event loops do not turn";
  private static final String EXCLUDE = "exclude";
  private static final String UP = "up";
  private static final String DEGRADED = "degraded";
  private static final String DOWN = "down";

  private final Vertx vertx;
  private final LocalLog log;
  private final BooleanSupplier draining;
  private final MemoryGuard memory;
  private final ProblemResponse problem;

  /** Something that was looked at, and why it is not as it should be. */
  private record Check(String name, String status, Optional<String> trouble) {

    static Check of(String name, boolean up, String otherwise) {
      return new Check(name, word(up), up ? Optional.empty() : Optional.of(otherwise));
    }

    /** Of something that is down, or does what it is asked to and has lost a part. */
    static Check of(String name, Optional<String> trouble, Optional<String> loss) {
      return trouble.isEmpty() && loss.isPresent()
          ? new Check(name, DEGRADED, loss)
          : new Check(name, word(trouble.isEmpty()), trouble);
    }

    boolean up() {
      return !status.equals(DOWN);
    }

    JsonObject json() {
      JsonObject json = new JsonObject().put("name", name).put("status", status);
      trouble.ifPresent(reason -> json.put("reason", reason));
      return json;
    }
  }

  public HealthHandler(
      Vertx vertx,
      LocalLog log,
      BooleanSupplier draining,
      MemoryGuard memory,
      ProblemResponse problem) {
    this.vertx = vertx;
    this.log = log;
    this.draining = draining;
    this.memory = memory;
    this.problem = problem;
  }

  /** Whether the process is to be left alone: its event loops turn. */
  public void live(RoutingContext context) {
    long stuck = EventLoopPulse.stuck(vertx);
    answer(context, List.of(Check.of("loops", stuck == 0, stuck + STUCK)));
  }

  /**
   * Whether readers and publishers may be sent here. The query can leave out what does not count
   * for whoever asks.
   */
  public void ready(RoutingContext context) {
    List<String> excluded = context.queryParam(EXCLUDE);
    if (!NAMES.containsAll(excluded)) {
      problem.send(
          context.request(),
          Refusal.badRequest(
              "What is left out ("
                  + EXCLUDE
                  + ") has to be one of serving, log, history, memory, cluster"));
      return;
    }
    List<Check> checks = checks();
    checks.removeIf(check -> excluded.contains(check.name()));
    answer(context, checks);
  }

  /** Why the process is not as it should be, or nobody may be sent here; empty if all is well. */
  public Optional<String> trouble() {
    long stuck = EventLoopPulse.stuck(vertx);
    return stuck > 0
        ? Optional.of(stuck + STUCK)
        : checks().stream()
            .filter(check -> !check.up())
            .map(check -> check.trouble().orElse(check.name()))
            .reduce((one, other) -> one + "; " + other);
  }

  private List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    checks.add(Check.of("serving", !draining.getAsBoolean(), "The hub is shutting down"));
    checks.add(Check.of("log", log.description() != null, "The log has not been found yet"));
    checks.add(Check.of("history", log.health().trouble(), log.damage()));
    checks.add(Check.of("memory", memory.outage(), Optional.empty()));
    if (vertx.isClustered()) {
      boolean joined = ((VertxInternal) vertx).clusterManager().isActive();
      checks.add(Check.of("cluster", joined, "This node is in no cluster"));
    }
    return checks;
  }

  private static void answer(RoutingContext context, List<Check> checks) {
    boolean up = checks.stream().allMatch(Check::up);
    JsonArray each = new JsonArray();
    checks.forEach(check -> each.add(check.json()));
    context
        .response()
        .setStatusCode(up ? 200 : 503)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    JsonObject said = new JsonObject().put("status", word(up)).put("checks", each);
    FullResponse.end(context.request(), said.toBuffer().appendString("\n"));
  }

  private static String word(boolean up) {
    return up ? UP : DOWN;
  }
}
