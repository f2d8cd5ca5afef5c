package dev.outpour.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadTest {

  @TempDir private Path directory;

  @Test
  void hubThatIsLeftInPeaceKeepsEverything() throws Exception {
    try (TestHub hub = TestHub.start(new JsonObject());
        Workload load = new Workload(directory, hub.port()).publishers(4).readers(6).start()) {
      load.awaitAcknowledged(1_000);
      load.stop();
      Verdict verdict = load.check();
      assertThat(verdict.acknowledged()).isGreaterThanOrEqualTo(1_000);
      assertThat(verdict.given()).isGreaterThan(1_000);
    }
  }
}
