package dev.outpour.http.delivery;

import dev.outpour.http.delivery.Lives.Script;
import dev.outpour.http.delivery.Step.Come;
import dev.outpour.http.delivery.Step.Disk;
import dev.outpour.http.delivery.Step.Item;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
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

  /** The copy begins where the log began; the log itself has lost its first update since. */
  @Example
  void readerIsToldWhatExpiredInTheLogThatAnOlderCopyThenReplaces() {
    Item update = new Item(List.of("a"), null, 0, 1);
    Script life =
        new Script(
            List.of(
                new Step.Restart(Disk.COPIED),
                new Step.Connect(0, 0, Come.NOW, 0),
                new Step.Publish(List.of(Collections.nCopies(KEEP_UPDATES + 1, update))),
                new Step.Hear(0),
                new Step.Restart(Disk.RESTORED)));
    live(ON_DISK, List.of(List.of("a")), life);
  }

  private static void live(OneThread thread, List<List<String>> interests, Script life) {
    thread.run(() -> new Life(thread, KEEP_UPDATES, interests).run(life.steps()));
  }
}
