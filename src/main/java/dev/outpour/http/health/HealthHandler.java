package dev.outpour.http.health;

import dev.outpour.http.limit.MemoryGuard;
import dev.outpour.http.request.ProblemResponse;
import dev.outpour.http.response.FullResponse;
import dev.outpour.log.LocalLog;
import dev.outpour.loop.EventLoopPulse;
import dev.outpour.update.Refusal;
import io.vertx.core.Vertx;
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
 * Answers whether this process is alive, and whether it is ready for subscribers and publishers:
 * 200 or 503, with the result of each check. It answers from what is known, without asking anything
 * else. For use on one event loop.
 */
public final class HealthHandler {

  private static final Set<String> NAMES = Set.of("serving", "log", "history", "memory", "cluster");
  private static final String STUCK = " event loops do not respond";
  private static final String EXCLUDE = "exclude";
  private static final String UP = "up";
  private static final String DEGRADED = "degraded";
  private static final String DOWN = "down";

  private final Vertx vertx;
  private final LocalLog log;
  private final BooleanSupplier draining;
  private final MemoryGuard memory;
  private final ProblemResponse problems;

  /** The result of a check, with the trouble it found. */
  private record Check(String name, String status, Optional<String> trouble) {

    static Check of(String name, boolean up, String trouble) {
      return new Check(name, word(up), up ? Optional.empty() : Optional.of(trouble));
    }

    /** Of a part that is down, or that works and has lost data. */
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
      ProblemResponse problems) {
    this.vertx = vertx;
    this.log = log;
    this.draining = draining;
    this.memory = memory;
    this.problems = problems;
  }

  /** Liveness: the event loops respond. */
  public void live(RoutingContext context) {
    long stuck = EventLoopPulse.stuck(vertx);
    answer(context, List.of(Check.of("loops", stuck == 0, stuck + STUCK)));
  }

  /** Readiness: subscribers and publishers may be sent here. The query can exclude checks. */
  public void ready(RoutingContext context) {
    List<String> excluded = context.queryParam(EXCLUDE);
    if (!NAMES.containsAll(excluded)) {
      problems.send(
          context.request(),
          Refusal.badRequest(
              "Unknown check in " + EXCLUDE + ": use serving, log, history, memory or cluster"));
      return;
    }
    List<Check> checks = checks();
    checks.removeIf(check -> excluded.contains(check.name()));
    answer(context, checks);
  }

  /** Why the process is not alive or not ready; empty if it is. */
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
    checks.add(Check.of("log", log.description() != null, "The log is not available yet"));
    checks.add(Check.of("history", log.health().trouble(), log.damage()));
    checks.add(Check.of("memory", memory.outage(), Optional.empty()));
    if (vertx.isClustered()) {
      boolean joined = ((VertxInternal) vertx).clusterManager().isActive();
      checks.add(Check.of("cluster", joined, "This node is not in the cluster"));
    }
    return checks;
  }

  private static void answer(RoutingContext context, List<Check> checks) {
    boolean up = checks.stream().allMatch(Check::up);
    JsonArray each = new JsonArray();
    checks.forEach(check -> each.add(check.json()));
    context.response().setStatusCode(up ? 200 : 503);
    FullResponse.sendJson(
        context.request(), new JsonObject().put("status", word(up)).put("checks", each));
  }

  private static String word(boolean up) {
    return up ? UP : DOWN;
  }
}
