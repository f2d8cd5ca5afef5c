package dev.outpour.checker;

import dev.outpour.Await;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Publishes one thing after the other: mostly single updates with a key, which it sends again until
 * they are acknowledged; now and then several lines at once, an update without a key, and something
 * that has to be refused.
 */
final class Publisher extends Thread {

  private static final long PATIENCE_NANOS = 2 * Await.LONG.toNanos();
  private static final int MOST_LINES = 20;
  private static final int USUAL_PADDING = 200;
  private static final int LARGE_PADDING = 20_000;

  private final Courier courier;
  private final List<String> topics;
  private final Random random;
  private final Journal.Pen pen;
  private volatile boolean ending;
  private volatile Throwable failure;
  private int count;
  private Shipment lastWithKey;

  /**
   * @param topics to choose from
   * @param pen used and closed by this publisher's thread
   */
  Publisher(String name, int port, List<String> topics, Random random, Journal.Pen pen) {
    super(name);
    this.courier = new Courier(port, pen);
    this.topics = topics;
    this.random = random;
    this.pen = pen;
    setDaemon(true);
  }

  /** How many updates were acknowledged so far. */
  int acknowledged() {
    return courier.acknowledged();
  }

  /** Has it bring what is under way to its end, and publish nothing more. */
  void end() {
    ending = true;
  }

  /** Waits until it has ended. */
  void awaitEnd() throws InterruptedException {
    join(PATIENCE_NANOS / 500_000);
    if (isAlive() || failure != null) {
      throw new AssertionError(getName() + " has not ended well", failure);
    }
  }

  @Override
  public void run() {
    try (pen;
        courier) {
      while (!ending) {
        publishSomething();
        Await.aMoment();
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  private void publishSomething() {
    int dice = random.nextInt(100);
    if (dice < 75) {
      Payload update = next();
      lastWithKey = new Shipment(List.of(update), someTopics(), update.name(), false);
      untilAcknowledged(lastWithKey);
    } else if (dice < 87) {
      List<Payload> lines =
          Stream.generate(this::next).limit(1 + random.nextInt(MOST_LINES)).toList();
      untilAcknowledged(new Shipment(lines, someTopics(), lines.get(0).name(), true));
    } else if (dice < 95) {
      courier.send(new Shipment(List.of(next()), someTopics(), null, false));
    } else if (dice < 98 && lastWithKey != null) {
      // The key of another update: it has to be refused.
      courier.send(new Shipment(List.of(next()), lastWithKey.topics(), lastWithKey.key(), false));
    } else {
      courier.send(new Shipment(List.of(next()), List.of("no//topic"), null, false));
    }
  }

  /**
   * Publishes one update to all topics, from the thread of the caller, instead of being started.
   *
   * @return its id; null if it was not acknowledged
   */
  String publishToAll() {
    try (pen;
        courier) {
      Payload update = next();
      Courier.Answer answer =
          untilAcknowledged(new Shipment(List.of(update), topics, update.name(), false));
      return answer == null ? null : answer.body().getString("id");
    }
  }

  private Courier.Answer untilAcknowledged(Shipment shipment) {
    long until = System.nanoTime() + PATIENCE_NANOS;
    Courier.Answer answer = courier.send(shipment);
    while ((answer == null || answer.isForNow()) && System.nanoTime() < until) {
      Await.aMoment();
      answer = courier.send(shipment);
    }
    return answer;
  }

  private Payload next() {
    boolean large = random.nextInt(50) == 0;
    int padding = random.nextInt(large ? LARGE_PADDING : USUAL_PADDING);
    return Payload.of(getName(), count++, padding);
  }

  private List<String> someTopics() {
    int first = random.nextInt(topics.size());
    int second = (first + 1 + random.nextInt(topics.size() - 1)) % topics.size();
    return random.nextInt(5) == 0
        ? List.of(topics.get(first), topics.get(second))
        : List.of(topics.get(first));
  }
}
