package dev.outpour.checker.planted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.HubProcess;
import dev.outpour.checker.Clause;
import dev.outpour.checker.Verdict;
import dev.outpour.checker.Workload;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same work on hubs with a fault each: the checker finds it, and finds nothing without one. */
class PlantedFaultsTest {

  private static final int ENOUGH = 500;

  @TempDir private Path directory;

  private static Set<Clause> brokenBy(Fault fault) {
    return switch (fault) {
      case NONE -> Set.of();
      case DROP, ACKNOWLEDGE_EARLY -> Set.of(Clause.C1);
      case DELIVER_TWICE, SWAP, RESUME_AT -> Set.of(Clause.C5);
      case STORE_TWICE -> Set.of(Clause.C9);
      case DELIVER_EARLY -> Set.of(Clause.C8);
      case REUSE_SEQUENCE -> Set.of(Clause.C1, Clause.C6);
      case LOSE_MESSAGE -> Set.of(Clause.C7);
    };
  }

  private static void assertFound(Fault fault, Verdict verdict) {
    assertThat(verdict.broken()).as("%s", verdict).containsAll(brokenBy(fault));
    assertThat(verdict.violations().isEmpty()).as("%s", verdict).isEqualTo(fault == Fault.NONE);
  }

  private Workload load(int port) {
    return new Workload(directory.resolve("journal"), port)
        .publishers(3)
        .readers(5)
        .arrival(Duration.ofSeconds(3));
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"NONE", "DROP", "DELIVER_TWICE", "STORE_TWICE", "SWAP", "RESUME_AT", "LOSE_MESSAGE"})
  void faultInRunningHubIsFound(Fault fault) throws Exception {
    JsonObject config =
        new JsonObject()
            .put("http", new JsonObject().put("port", 0))
            .put("history", new JsonObject().put("store", "memory"));
    try (FaultyHub hub = FaultyHub.start(fault, config);
        Workload load = load(hub.port()).start()) {
      load.awaitAcknowledged(ENOUGH);
      load.stop();
      assertFound(fault, load.verdict());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"NONE", "ACKNOWLEDGE_EARLY", "DELIVER_EARLY", "REUSE_SEQUENCE"})
  void faultThatCrashBringsToLightIsFound(Fault fault) throws Exception {
    int port = HubProcess.freePort();
    HubProcess hub = start(fault, port);
    try (Workload load = load(port).start()) {
      if (fault == Fault.ACKNOWLEDGE_EARLY || fault == Fault.DELIVER_EARLY) {
        hub.awaitLine(FaultyHistory.HOLDING);
      } else {
        load.awaitAcknowledged(100);
      }
      hub.kill();
      hub = start(fault, port);
      load.stop();
      assertFound(fault, load.verdict());
    } finally {
      hub.close();
    }
  }

  private HubProcess start(Fault fault, int port) throws Exception {
    HubProcess hub =
        HubProcess.start(
            directory, FaultyHub.class, fault.name(), "" + port, directory + "/log.db");
    hub.awaitLine("Ready");
    return hub;
  }
}
