package dev.outpour.checker;

import dev.outpour.Await;
import dev.outpour.checker.Entry.Kind;
import dev.outpour.checker.Entry.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Publishers and readers at work on one hub, known by its port alone, and the verdict on it.
 *
 * <pre>
 *   try (Workload load = new Workload(directory, port).publishers(3).readers(4).start()) {
 *     load.awaitAcknowledged(500);
 *     ...                           // do harm: the actors go on until all is well again
 *     load.stop();                  // the hub has to be well now, and empty before
 *     load.check();                 // throws an AssertionError that names what was not kept
 *   }
 * </pre>
 *
 * <p>The hub's default topic is {@value #DEFAULT_TOPIC}, and nobody else publishes to it. Every
 * other reader breaks off its connections at random moments. For use by one thread.
 */
public final class Workload implements AutoCloseable {

  static final String DEFAULT_TOPIC = "updates";

  private static final List<String> TOPICS =
      List.of(DEFAULT_TOPIC, "orders/1", "orders/2", "orders/2/lines", "stock/a", "stock/b");

  private static final List<List<String>> WISHES =
      List.of(
          List.of("**"),
          List.of("orders/**"),
          List.of(),
          List.of("stock/a", "orders/*", "*/b"),
          List.of("*/2/**", "stock/*"),
          List.of("orders/1"));

  private final Path directory;
  private final int port;
  private final List<Publisher> publishers = new ArrayList<>();
  private final List<ReaderChain> readers = new ArrayList<>();
  private String name = "";
  private int publisherCount = 3;
  private int readerCount = 4;
  private long seed = System.nanoTime();
  private Duration arrival = Duration.ofSeconds(10);
  private Journal journal;

  /**
   * @param directory for the journals; it may not hold any yet but those of an earlier workload of
   *     another name on the same hub
   * @param port of the hub, the same after a restart
   */
  public Workload(Path directory, int port) {
    this.directory = directory;
    this.port = port;
  }

  /** Sets what the names of its actors begin with, where it is not the first on its hub. */
  public Workload named(String prefix) {
    name = prefix;
    return this;
  }

  /** Sets how many publishers there are; 3 if it is not said. */
  public Workload publishers(int count) {
    publisherCount = count;
    return this;
  }

  /** Sets how many readers there are; 4 if it is not said. */
  public Workload readers(int count) {
    readerCount = count;
    return this;
  }

  /** Sets what decides all that is random. */
  public Workload seed(long value) {
    seed = value;
    return this;
  }

  /** Sets how long readers may take to the head once all is well; 10 s if it is not said. */
  public Workload arrival(Duration most) {
    arrival = most;
    return this;
  }

  /** Starts all actors. */
  public Workload start() throws IOException {
    journal = new Journal(directory);
    Random random = new Random(seed);
    for (int i = 0; i < readerCount; i++) {
      String actor = name + "r" + i;
      Random cuts = i % 2 == 0 ? null : new Random(random.nextLong());
      String start = i % 3 == 2 ? "" : "earliest";
      List<String> wish = WISHES.get(i % WISHES.size());
      readers.add(new ReaderChain(actor, port, wish, start, cuts, journal.of(actor)));
    }
    for (int i = 0; i < publisherCount; i++) {
      String actor = name + "w" + i;
      Random own = new Random(random.nextLong());
      publishers.add(new Publisher(actor, port, TOPICS, own, journal.of(actor)));
    }
    readers.forEach(Thread::start);
    publishers.forEach(Thread::start);
    return this;
  }

  /** How many updates were acknowledged so far, repeats included. */
  public int acknowledged() {
    return publishers.stream().mapToInt(Publisher::acknowledged).sum();
  }

  /** How many updates readers were given so far. */
  public long given() {
    return readers.stream().mapToLong(ReaderChain::given).sum();
  }

  /** Waits until so many more were acknowledged. */
  public void awaitAcknowledged(int more) {
    int enough = acknowledged() + more;
    Await.until(() -> acknowledged() >= enough, this::acknowledged);
  }

  /** Ends the publishers: each waits until what it has under way is acknowledged. */
  public void stopPublishing() throws InterruptedException {
    publishers.forEach(Publisher::end);
    for (Publisher publisher : publishers) {
      publisher.awaitEnd();
    }
  }

  /**
   * Ends everything in good order: has the publishers end, gives the readers time to come to the
   * head, and reads the whole log. The hub has to be well.
   */
  public void stop() throws IOException, InterruptedException {
    stopPublishing();
    String actor = name + "last";
    Publisher last = new Publisher(actor, port, TOPICS, new Random(seed), journal.of(actor));
    Entry head =
        Entry.of(Operation.SETTLE, Kind.INVOKE)
            .id(last.publishToAll())
            .topics(readers.stream().map(Thread::getName).toList());
    long end = System.nanoTime() + arrival.toNanos();
    try (Journal.Pen pen = journal.of(name + Journal.WORKLOAD)) {
      pen.write(head.detail("" + arrival.toNanos()));
    }
    while (System.nanoTime() < end && !haveArrived(head.sequence())) {
      Await.aMoment();
    }
    readers.forEach(ReaderChain::close);
    long furthest = readers.stream().mapToLong(ReaderChain::reached).max().orElse(0);
    try (Journal.Pen pen = journal.of(Journal.LOG)) {
      LogReading.run(port, Math.max(furthest, head.sequence()), arrival, pen);
    }
  }

  private boolean haveArrived(long head) {
    return readers.stream().allMatch(reader -> reader.reached() >= head);
  }

  /** What the journals say. */
  public Verdict verdict() throws IOException {
    return Checker.check(directory);
  }

  /** The verdict; throws an {@link AssertionError} if anything was not kept. */
  public Verdict check() throws IOException {
    Verdict verdict = verdict();
    if (!verdict.violations().isEmpty()) {
      throw new AssertionError("With the seed " + seed + ": " + verdict);
    }
    return verdict;
  }

  /** Ends all actors, wherever they are. */
  @Override
  public void close() {
    publishers.forEach(Publisher::end);
    readers.forEach(ReaderChain::close);
  }
}
