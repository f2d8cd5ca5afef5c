package dev.outpour.http.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.metrics.CloseReason;
import dev.outpour.update.Start;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ending many streams at once. */
class EvictionsTest {

  private static final int MANY = 20_000;

  @Test
  void manyAreEndedInSlicesAndAllOfThem() {
    try (SubscribersRig rig = new SubscribersRig()) {
      List<SubscribersRig.Reader> readers =
          rig.enterAtOnce(Collections.nCopies(MANY, new Start.Now()), "quiet");
      assertThat(rig.evictAll(CloseReason.REVOKED)).isBetween(1, MANY - 1);
      Await.until(() -> rig.readers() == 0, () -> rig.readers() + " are left");
      assertThat(readers).allMatch(reader -> reader.socket().isEnded());
    }
  }
}
