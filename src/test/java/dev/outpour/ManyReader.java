package dev.outpour;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One of {@link ManyReaders}: a chain of connections, each linked to the one before by the last id
 * that was dispatched.
 *
 * <p>It keeps no events, but counts them, sums up what they were, and fails the moment one is not
 * beyond all before it. What it has seen may be asked for from any thread.
 */
public final class ManyReader implements EventScanner.Sink {

  /** When it reconnects after its connection ended. */
  public enum Return {
    NEVER,
    AT_ONCE,
    AS_TOLD
  }

  /** How it reads. */
  enum Pace {
    READS,
    STOPPED,
    DRIPS
  }

  /**
   * What the hub itself said.
   *
   * @param name of the event
   * @param id in the same block; null if there was none
   * @param data of the event
   * @param nanos when it came
   */
  public record Word(String name, String id, String data, long nanos) {}

  /**
   * Its behaviour.
   *
   * @param path what it asks for
   * @param from the position it begins at; null: none
   * @param receiveBuffer the size of the kernel's buffer; 0: as it comes
   * @param whenCut when it comes back
   * @param dense whether it wants every update of the log
   * @param latencies where it says how long updates were under way; null: nowhere
   */
  public record Plan(
      String path,
      String from,
      int receiveBuffer,
      Return whenCut,
      boolean dense,
      Latencies latencies) {

    /** A subscriber to a path that reads everything, and does not reconnect. */
    public static Plan of(String path) {
      return new Plan(path, null, 0, Return.NEVER, false, null);
    }

    public Plan from(String position) {
      return new Plan(path, position, receiveBuffer, whenCut, dense, latencies);
    }

    public Plan receiveBuffer(int bytes) {
      return new Plan(path, from, bytes, whenCut, dense, latencies);
    }

    public Plan returns(Return when) {
      return new Plan(path, from, receiveBuffer, when, dense, latencies);
    }

    /** Fails if a number is missing. */
    public Plan ofEverything() {
      return new Plan(path, from, receiveBuffer, whenCut, true, latencies);
    }

    public Plan timed(Latencies into) {
      return new Plan(path, from, receiveBuffer, whenCut, dense, into);
    }
  }

  private static final int REFUSED_MILLIS = 250;

  private final Plan plan;
  private final SocketAddress source;
  private final List<Word> words = new ArrayList<>();

  // Only the thread of all subscribers changes these.
  private SocketChannel channel;
  private SelectionKey key;
  private EventScanner scanner;
  private Pace pace = Pace.READS;
  private long seen;
  private long highest;
  private long place;
  private long sum;
  private int retryMillis = 2_000;

  private volatile String epoch;
  private volatile long count;
  private volatile long last;
  private volatile long position;
  private volatile long digest;
  private volatile boolean open;
  private volatile int connections;
  private volatile String fault;

  ManyReader(Plan plan, SocketAddress source) {
    this.plan = plan;
    this.source = source;
  }

  /** The number of received updates. */
  public long count() {
    return count;
  }

  /** The number of the last received update; 0 before the first. */
  public long last() {
    return last;
  }

  /** The number of the last received id, with or without an update. */
  public long position() {
    return position;
  }

  /** A digest of the received updates and their data, see {@link #mix}. */
  public long digest() {
    return digest;
  }

  /** Whether it is connected and has received a block. */
  public boolean isOpen() {
    return open;
  }

  /** The number of its connections so far. */
  public int connections() {
    return connections;
  }

  /** The failure; null if there is none. */
  public String fault() {
    return fault;
  }

  /** The events of the hub, except {@code outpour.resumed}. */
  public List<Word> words() {
    synchronized (words) {
      return List.copyOf(words);
    }
  }

  /** The part of an update in the digest. */
  public static long mix(long number, long hash) {
    long mixed = (number * 0x9E3779B97F4A7C15L) ^ (hash * 0xC2B2AE3D27D4EB4FL);
    return (mixed ^ (mixed >>> 29)) * 0xBF58476D1CE4E5B9L;
  }

  void connect(Selector selector, SocketAddress hub) throws IOException {
    scanner = new EventScanner(this);
    channel = SocketChannel.open();
    channel.configureBlocking(false);
    if (plan.receiveBuffer() > 0) {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, plan.receiveBuffer());
    }
    channel.bind(source);
    key = channel.register(selector, SelectionKey.OP_CONNECT, this);
    if (channel.connect(hub)) {
      connected();
    }
  }

  /** Handles the ready operations of its channel, and returns whether it is still connected. */
  boolean ready(ByteBuffer buffer) {
    try {
      if (key.isConnectable()) {
        channel.finishConnect();
        connected();
        return true;
      }
      return pace != Pace.READS || read(buffer);
    } catch (EventScanner.UnexpectedException e) {
      fail(e.getMessage());
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  private void connected() throws IOException {
    connections++;
    String from = epoch == null ? plan.from() : epoch + "-" + position;
    String request =
        "GET "
            + plan.path()
            + " HTTP/1.1\r\nHost: localhost\r\n"
            + (from == null ? "" : "Last-Event-ID: " + from + "\r\n")
            + "\r\n";
    channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    pace(pace);
  }

  private boolean read(ByteBuffer buffer) throws IOException {
    buffer.clear();
    int n = channel.read(buffer);
    if (n < 0) {
      return false;
    }
    scanner.feed(buffer.array(), 0, n);
    digest = sum;
    position = place;
    last = highest;
    count = seen;
    return !scanner.isOver();
  }

  /** Reads a small number of bytes, if it is a slow reader. */
  boolean drip(ByteBuffer little) {
    try {
      return pace != Pace.DRIPS || channel == null || !channel.isConnected() || read(little);
    } catch (IOException e) {
      return false;
    }
  }

  void pace(Pace wanted) {
    pace = wanted;
    if (key != null && key.isValid() && channel.isConnected()) {
      key.interestOps(wanted == Pace.READS ? SelectionKey.OP_READ : 0);
    }
  }

  /** Ends the connection. Returns the milliseconds until the next one; negative for never. */
  int cut(boolean byReset) {
    open = false;
    try {
      if (byReset) {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
      channel.close();
    } catch (IOException e) {
      fail("It cannot be closed: " + e);
    }
    boolean refused = !scanner.hasBegun();
    return switch (plan.whenCut()) {
      case NEVER -> -1;
      case AT_ONCE -> refused ? REFUSED_MILLIS : 0;
      case AS_TOLD -> retryMillis;
    };
  }

  private void fail(String what) {
    if (fault == null) {
      fault = what;
    }
  }

  @Override
  public void retry(int millis) {
    retryMillis = millis;
  }

  @Override
  public void block(String in, long number, String event, String data, long hash, long stamp) {
    open = true;
    boolean isPosition = "outpour.position".equals(event);
    if (data != null && !isPosition) {
      word(new Word(event, in == null ? null : in + "-" + number, data, System.nanoTime()));
    } else if (hash >= 0 && !isPosition) {
      update(number, hash, stamp);
    } else if (in != null && number < place) {
      fail("Its position " + number + " is behind " + place);
    }
    if (in != null) {
      epoch = in;
      place = number;
    }
  }

  private void update(long number, long hash, long stamp) {
    if (number <= place || (plan.dense() && seen > 0 && number != place + 1)) {
      fail("The update " + number + " came after " + place);
    }
    seen++;
    highest = number;
    sum += mix(number, hash);
    if (plan.latencies() != null) {
      plan.latencies().add(System.nanoTime() - stamp);
    }
  }

  @Override
  public String toString() {
    return String.format(
        "%d updates up to %d, at %d, connected %d times, %s%s, told %s",
        count, last, position, connections, open ? "open" : "cut", faulty(), words());
  }

  private String faulty() {
    return fault == null ? "" : ", FAULTY: " + fault;
  }

  private void word(Word word) {
    if (!word.name().equals("outpour.resumed")) {
      synchronized (words) {
        words.add(word);
      }
    }
  }
}
