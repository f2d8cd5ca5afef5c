package dev.outpour;

import dev.outpour.SseParser.Block;
import dev.outpour.SseParser.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

/**
 * A subscriber with its own connection. It records everything that it receives, and can pause,
 * resume and disconnect. A wait longer than {@link Await#LONG} fails.
 */
public final class SseClient implements AutoCloseable {

  /** How a stream ended. */
  public enum End {
    /** The server ended the response. */
    PROPER,
    /** The connection ended in the middle, or this side closed it. */
    CUT
  }

  private final SseTransport transport;
  private final SseParser parser = new SseParser();
  private final Object lock = new Object();
  private HttpHead head;
  private String refusal = "";
  private boolean stopped;
  private End end;
  private Throwable failure;

  private SseClient(SseTransport transport, boolean stopped) {
    this.transport = transport;
    this.stopped = stopped;
  }

  /** A request to a server on the loopback, to be opened. */
  public static Request to(int port, String target) {
    return new Request(port, target);
  }

  /** A request, before it is opened. */
  public static final class Request {
    private final int port;
    private final String target;
    private final List<String> headers = new ArrayList<>();
    private String source;
    private int receiveBuffer;
    private boolean stopped;
    private boolean http2;

    private Request(int port, String target) {
      this.port = port;
      this.target = target;
    }

    /**
     * Goes by TLS to a server with the shared certificate of tests, and by HTTP/2 there, unless its
     * client is too strict for what is asked.
     */
    Request http2() {
      http2 = true;
      return this;
    }

    /** Adds a header. */
    public Request header(String name, String value) {
      headers.add(name + ": " + value);
      return this;
    }

    /** Resumes at a position. */
    public Request lastEventId(String position) {
      return header("Last-Event-ID", position);
    }

    /** Connects from an address of this machine. */
    public Request from(String address) {
      source = address;
      return this;
    }

    /** Uses a small receive buffer. */
    public Request receiveBuffer(int bytes) {
      receiveBuffer = bytes;
      return this;
    }

    /** Reads nothing at first, not even the head. */
    public Request stopped() {
      stopped = true;
      return this;
    }

    /** Sends the request, and does not wait for the response. */
    public SseClient send() {
      SseClient client = new SseClient(connect(), stopped);
      Thread reader = new Thread(client::run, "reader");
      reader.setDaemon(true);
      reader.start();
      return client;
    }

    private SseTransport connect() {
      SSLContext tls = http2 ? TestCertificate.shared().trusting() : null;
      if (http2 && SseTransport.Http2.maySend(target, headers)) {
        return new SseTransport.Http2(port, target, headers, tls);
      }
      List<String> all = new ArrayList<>(List.of("Host: localhost:" + port));
      all.addAll(headers);
      return new SseTransport.Http1(port, target, all, source, receiveBuffer, tls);
    }

    /** Connects, and waits for the first block, or for the response if it is an error. */
    public SseClient open() {
      SseClient client = send();
      client.await(() -> client.end != null || !client.parser.blocks().isEmpty());
      return client;
    }
  }

  private void run() {
    End how = End.CUT;
    try {
      waitWhileStopped();
      HttpHead got = transport.head();
      synchronized (lock) {
        head = got;
        lock.notifyAll();
      }
      if (got.status() == 200) {
        readEvents(transport.body());
      } else {
        readRefusal(got);
      }
      how = End.PROPER;
    } catch (IOException e) {
      // The connection has ended.
    } catch (RuntimeException | InterruptedException e) {
      synchronized (lock) {
        failure = e;
      }
    } finally {
      synchronized (lock) {
        end = how;
        lock.notifyAll();
      }
    }
  }

  private void readEvents(SseTransport.Body body) throws IOException, InterruptedException {
    byte[] buffer = new byte[4_096];
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      synchronized (lock) {
        parser.feed(buffer, 0, n);
        lock.notifyAll();
      }
      waitWhileStopped();
    }
  }

  private void readRefusal(HttpHead got) throws IOException {
    byte[] body = transport.whole(got);
    synchronized (lock) {
      refusal = new String(body, StandardCharsets.UTF_8);
    }
  }

  private void waitWhileStopped() throws InterruptedException {
    synchronized (lock) {
      while (stopped && end == null) {
        lock.wait();
      }
    }
  }

  /** Stops reading, after a read that is in progress. */
  public void stopReading() {
    synchronized (lock) {
      stopped = true;
    }
  }

  /** Resumes reading. */
  public void goOn() {
    synchronized (lock) {
      stopped = false;
      lock.notifyAll();
    }
  }

  /** The status of the response. */
  public int status() {
    return head().status();
  }

  /** A header of the response; null if it is missing. */
  public String header(String name) {
    return head().header(name);
  }

  private HttpHead head() {
    await(() -> head != null || end != null);
    synchronized (lock) {
      return head;
    }
  }

  /** The body of an error response. */
  public String refusal() {
    awaitEnd();
    return refusal;
  }

  /** All blocks so far. */
  public List<Block> blocks() {
    synchronized (lock) {
      return List.copyOf(parser.blocks());
    }
  }

  /** The publishers' events so far. */
  public List<Event> events() {
    return events(event -> !event.isWord());
  }

  /** The hub's own events so far. */
  public List<Event> words() {
    return events(Event::isWord);
  }

  private List<Event> events(Predicate<Event> wanted) {
    synchronized (lock) {
      return parser.events().stream().filter(wanted).toList();
    }
  }

  /** The data of the publishers' events so far. */
  public List<String> data() {
    return events().stream().map(Event::data).toList();
  }

  /** The position at which it would resume. */
  public String lastEventId() {
    synchronized (lock) {
      return parser.lastEventId();
    }
  }

  /** Waits for a number of publishers' events. */
  public List<Event> awaitEvents(int count) {
    await(() -> parser.events().size() >= count && events().size() >= count);
    return events();
  }

  /** Waits for a number of the hub's own events. */
  public List<Event> awaitWords(int count) {
    await(() -> words().size() >= count);
    return words();
  }

  /** Waits until it would resume at this position. */
  public void awaitLastId(String position) {
    await(() -> parser.lastEventId().equals(position));
  }

  /** Waits until the stream has ended. */
  public End awaitEnd() {
    await(() -> end != null);
    return end;
  }

  /** Whether the stream has ended. */
  public boolean hasEnded() {
    synchronized (lock) {
      return end != null;
    }
  }

  private void await(BooleanSupplier condition) {
    long until = System.nanoTime() + Await.LONG.toNanos();
    synchronized (lock) {
      while (!condition.getAsBoolean()) {
        long millis = (until - System.nanoTime()) / 1_000_000;
        if (failure != null || end != null || millis <= 0) {
          throw new AssertionError("In vain: " + this, failure);
        }
        try {
          lock.wait(millis);
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
      if (failure != null) {
        throw new AssertionError("Not a stream: " + this, failure);
      }
    }
  }

  /** Resets the connection. */
  public void reset() {
    transport.reset();
    close();
  }

  /** Closes the connection. */
  public void finish() {
    close();
  }

  @Override
  public void close() {
    transport.close();
    synchronized (lock) {
      stopped = false;
      lock.notifyAll();
    }
  }

  @Override
  public String toString() {
    synchronized (lock) {
      int size = parser.blocks().size();
      return head
          + ", end "
          + end
          + ", "
          + size
          + " blocks, the last "
          + parser.blocks().subList(Math.max(0, size - 5), size)
          + refusal;
    }
  }
}
