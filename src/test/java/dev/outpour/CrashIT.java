package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.checker.Verdict;
import dev.outpour.checker.Workload;
import dev.outpour.faults.Extent;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hub with its log in a file is killed repeatedly at any moment, while clients publish and
 * subscribe. The checker finds that nothing was lost.
 */
class CrashIT {

  private static final int MOST_BETWEEN_CRASHES = 200;
  private static final long MOST_TO_START_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

  @TempDir private Path directory;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private int port;
  private Path conf;

  @Test
  void everythingIsKeptWhenTheHubIsKilledAgainAndAgain() throws Exception {
    crash(Extent.of(20, 20, 3));
  }

  @Test
  @Tag(Extent.TAG)
  @Tag(Extent.LONG)
  void everythingIsKeptHoweverOftenTheHubIsKilled() throws Exception {
    crash(Extent.of(200, 10));
  }

  private void crash(int rounds) throws Exception {
    port = HubProcess.freePort();
    conf = Files.writeString(directory.resolve("conf.json"), configuration());
    HubProcess hub = start();
    hub.awaitLine("Ready");
    try (Workload load =
        new Workload(directory.resolve("journal"), port)
            .publishers(4)
            .readers(4)
            .seed(seed)
            .start()) {
      for (int round = 0; round < rounds; round++) {
        load.awaitAcknowledged(random.nextInt(MOST_BETWEEN_CRASHES));
        hub.kill();
        hub = startAgain();
      }
      load.stop();
      Verdict verdict = load.check();
      System.out.println(rounds + " crashes with the seed " + seed + ": " + verdict);
      assertThat(verdict.acknowledged()).isGreaterThan(rounds);
      assertThat(verdict.given()).isGreaterThan(verdict.acknowledged());
    } finally {
      hub.close();
    }
  }

  /** Sometimes it is killed before it is ready. */
  private HubProcess startAgain() throws Exception {
    HubProcess hub = start();
    if (random.nextInt(5) == 0) {
      long moment = System.nanoTime() + (long) (random.nextDouble() * MOST_TO_START_NANOS);
      Await.until("the moment", () -> System.nanoTime() > moment);
      hub.kill();
      hub = start();
    }
    hub.awaitLine("Ready");
    return hub;
  }

  private HubProcess start() throws Exception {
    return HubProcess.start(directory, Map.of(), HubProcess.QUICK, "-conf", conf.toString());
  }

  private String configuration() {
    return new JsonObject()
        .put("http", new JsonObject().put("port", port))
        .put("ingest", new JsonObject())
        .put("history", new JsonObject().put("store", "sqlite"))
        .encode();
  }
}
