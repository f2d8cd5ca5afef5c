package dev.outpour;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * Thousands of subscribers to one hub on one thread, cheap enough to share the cores with the hub.
 * Each can pause, resume, be cut off and reconnect.
 */
public final class ManyReaders implements AutoCloseable {

  private record Due(long nanos, ManyReader reader) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return Long.compare(nanos, other.nanos);
    }
  }

  private static final int BUFFER_BYTES = 256 * 1024;

  /** How many connect at the same time, few enough for any backlog. */
  private static final int COMING_AT_ONCE = 500;

  /** One address has about 28,000 ports. */
  private static final int READERS_PER_ADDRESS = 5_000;

  private static final long DRIP_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final InetSocketAddress hub;
  private final Selector selector;
  private final Thread thread;
  private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();
  private final List<ManyReader> all = new ArrayList<>();
  private final PriorityQueue<Due> due = new PriorityQueue<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private ByteBuffer little = ByteBuffer.allocate(1);
  private long nextDrip = System.nanoTime();
  private volatile boolean closed;

  public ManyReaders(int port) throws IOException {
    hub = new InetSocketAddress("127.0.0.1", port);
    selector = Selector.open();
    thread = new Thread(this::run, "many-readers");
    thread.setDaemon(true);
    thread.start();
  }

  /** Connects subscribers, and waits until each has its first block. */
  public List<ManyReader> open(int count, IntFunction<ManyReader.Plan> plan) {
    List<ManyReader> opened = new ArrayList<>(count);
    while (opened.size() < count) {
      List<ManyReader> some = new ArrayList<>();
      for (int i = 0; i < COMING_AT_ONCE && opened.size() < count; i++) {
        int host = 2 + (all.size() + some.size()) / READERS_PER_ADDRESS;
        InetSocketAddress source = new InetSocketAddress("127.0.0." + host, 0);
        ManyReader reader = new ManyReader(plan.apply(opened.size()), source);
        some.add(reader);
        opened.add(reader);
      }
      all.addAll(some);
      order(() -> some.forEach(this::connect));
      await("connected", some, ManyReader::isOpen);
    }
    return opened;
  }

  /** Connects one subscriber. */
  public ManyReader open(ManyReader.Plan plan) {
    return open(1, i -> plan).get(0);
  }

  /** Stops subscribers from reading. */
  public void stop(Collection<ManyReader> readers) {
    pace(readers, ManyReader.Pace.STOPPED);
  }

  /** Limits subscribers to a number of bytes a second. */
  public void drip(Collection<ManyReader> readers, int bytes) {
    order(() -> little = ByteBuffer.allocate(bytes));
    pace(readers, ManyReader.Pace.DRIPS);
  }

  /** Lets subscribers read everything. */
  public void goOn(Collection<ManyReader> readers) {
    pace(readers, ManyReader.Pace.READS);
  }

  private void pace(Collection<ManyReader> readers, ManyReader.Pace pace) {
    each(readers, reader -> reader.pace(pace));
  }

  /** Cuts subscribers off by a reset. */
  public void reset(Collection<ManyReader> readers) {
    each(readers, reader -> comeBack(reader, reader.cut(true)));
  }

  /** Waits until a condition holds for all given subscribers. */
  public static void await(
      String what, Collection<ManyReader> readers, Predicate<ManyReader> condition) {
    await(Await.LONG, what, readers, condition);
  }

  /** Waits until a condition holds for all given subscribers. Fails after a time. */
  public static void await(
      Duration most, String what, Collection<ManyReader> readers, Predicate<ManyReader> condition) {
    Await.within(
        most,
        () -> readers.stream().allMatch(condition),
        () -> {
          List<ManyReader> left = readers.stream().filter(condition.negate()).toList();
          return left.size() + " of " + readers.size() + " not " + what + ", as " + left.get(0);
        });
  }

  /** Fails if a condition does not hold for all given subscribers. */
  public static void check(
      String what, Collection<ManyReader> readers, Predicate<ManyReader> condition) {
    List<ManyReader> others = readers.stream().filter(condition.negate()).toList();
    if (!others.isEmpty()) {
      throw new AssertionError(
          others.size() + " of " + readers.size() + " not " + what + ", as " + others.get(0));
    }
  }

  private void each(Collection<ManyReader> readers, Consumer<ManyReader> action) {
    List<ManyReader> some = List.copyOf(readers);
    order(() -> some.forEach(action));
  }

  private void order(Runnable order) {
    orders.add(order);
    selector.wakeup();
  }

  private void run() {
    try {
      while (!closed) {
        selector.select(this::ready, millisToNext());
        for (Runnable next = orders.poll(); next != null; next = orders.poll()) {
          next.run();
        }
        long now = System.nanoTime();
        while (!due.isEmpty() && due.peek().nanos() <= now) {
          connect(due.remove().reader());
        }
        if (now >= nextDrip) {
          nextDrip = now + DRIP_NANOS;
          selector.keys().stream().map(SelectionKey::attachment).toList().forEach(this::drip);
        }
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long millisToNext() {
    long next = due.isEmpty() ? nextDrip : Math.min(nextDrip, due.peek().nanos());
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(next - System.nanoTime()));
  }

  private void ready(SelectionKey key) {
    ManyReader reader = (ManyReader) key.attachment();
    if (!reader.ready(buffer)) {
      comeBack(reader, reader.cut(false));
    }
  }

  private void drip(Object attachment) {
    ManyReader reader = (ManyReader) attachment;
    if (!reader.drip(little)) {
      comeBack(reader, reader.cut(false));
    }
  }

  private void comeBack(ManyReader reader, int millis) {
    if (millis >= 0) {
      due.add(new Due(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis), reader));
    }
  }

  private void connect(ManyReader reader) {
    try {
      reader.connect(selector, hub);
    } catch (IOException e) {
      comeBack(reader, reader.cut(false));
    }
  }

  /** Closes all connections. */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join(Await.LONG.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
