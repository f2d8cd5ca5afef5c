package dev.outpour.http;

import dev.outpour.http.Lives.Script;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Whatever happens to a log and its readers, in whatever order, each chain of connections is given
 * exactly the log filtered, in order and once, apart from what it is told is lost. A failure prints
 * its seed and the shortest life found that fails.
 */
class DeliveryModelTest {

  private static final int KEEP_UPDATES = 12;
  private static final OneThread IN_MEMORY = OneThread.inMemory(KEEP_UPDATES);
  private static final OneThread ON_DISK = OneThread.onDisk(KEEP_UPDATES);

  @AfterContainer
  static void stop() {
    IN_MEMORY.close();
    ON_DISK.close();
  }

  @Provide
  Arbitrary<List<List<String>>> interests() {
    return Lives.interests();
  }

  @Provide
  Arbitrary<Script> inMemory() {
    return Lives.inMemory();
  }

  @Provide
  Arbitrary<Script> onDisk() {
    return Lives.onDisk();
  }

  @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
  void readersOfALogInMemoryHaveAllTheyWantOnce(
      @ForAll("interests") List<List<String>> interests, @ForAll("inMemory") Script life) {
    live(IN_MEMORY, interests, life);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void readersOfALogOnDiskHaveAllTheyWantOnce(
      @ForAll("interests") List<List<String>> interests, @ForAll("onDisk") Script life) {
    live(ON_DISK, interests, life);
  }

  private static void live(OneThread thread, List<List<String>> interests, Script life) {
    thread.run(() -> new Life(thread, KEEP_UPDATES, interests).run(life.steps()));
  }
}
