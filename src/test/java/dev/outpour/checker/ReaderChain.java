package dev.outpour.checker;

import dev.outpour.Await;
import dev.outpour.ChunkedBody;
import dev.outpour.HttpHead;
import dev.outpour.SseParser;
import dev.outpour.checker.Entry.Kind;
import dev.outpour.checker.Entry.Operation;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A reader that comes back, whenever its connection ends, with the last id that it was given, and
 * writes down all it was given.
 */
final class ReaderChain extends Thread implements AutoCloseable {

  private static final int CONNECT_MILLIS = 2_000;

  /** Longer than between two heartbeats. */
  private static final int SILENCE_MILLIS = 20_000;

  private static final int MOST_BYTES_BEFORE_CUT = 30_000;

  private final int port;
  private final List<String> topics;
  private final Random cuts;
  private final Journal.Pen pen;
  private String lastId;
  private volatile Socket socket;
  private volatile boolean ending;
  private volatile long reached;
  private volatile long given;
  private volatile Throwable failure;

  /**
   * @param topics names and patterns; empty: the default topic
   * @param start where it begins, {@code earliest} or a position; empty: now
   * @param cuts when to break its connection off; null: never
   * @param pen used and closed by this reader's thread
   */
  ReaderChain(
      String name, int port, List<String> topics, String start, Random cuts, Journal.Pen pen) {
    super(name);
    this.port = port;
    this.topics = topics;
    this.lastId = start;
    this.cuts = cuts;
    this.pen = pen;
    setDaemon(true);
  }

  /** The greatest number it was given. */
  long reached() {
    return reached;
  }

  /** How many updates it was given. */
  long given() {
    return given;
  }

  @Override
  public void run() {
    try (pen) {
      while (!ending) {
        try {
          readConnection();
        } catch (IOException e) {
          pen.write(Entry.of(Operation.CLOSE, Kind.INFO).detail("" + e.getMessage()));
        }
        Await.aMoment();
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  private void readConnection() throws IOException {
    try (Socket connection = new Socket()) {
      connection.connect(new InetSocketAddress("localhost", port), CONNECT_MILLIS);
      connection.setSoTimeout(SILENCE_MILLIS);
      socket = connection;
      pen.write(
          Entry.of(Operation.CONNECT, Kind.INVOKE)
              .topics(topics.isEmpty() ? List.of(Workload.DEFAULT_TOPIC) : topics)
              .detail(lastId));
      connection.getOutputStream().write(request());
      InputStream in = new BufferedInputStream(connection.getInputStream());
      HttpHead head = HttpHead.read(in);
      if (head.status() != 200) {
        throw new IOException("status " + head.status());
      }
      readEvents(new ChunkedBody(in), connection);
    } finally {
      socket = null;
    }
  }

  private byte[] request() {
    String query = topics.stream().map(it -> "topic=" + it).collect(Collectors.joining("&"));
    String target = topics.isEmpty() ? "/events" : "/events?" + query;
    List<String> headers = new ArrayList<>();
    headers.add("Host: localhost:" + port);
    if (!lastId.isEmpty()) {
      headers.add("Last-Event-ID: " + lastId);
    }
    return HttpHead.request("GET", target, headers);
  }

  private void readEvents(ChunkedBody body, Socket connection) throws IOException {
    SseParser parser = new SseParser();
    byte[] buffer = new byte[4_096];
    int left = cuts == null ? Integer.MAX_VALUE : cuts.nextInt(MOST_BYTES_BEFORE_CUT);
    int seen = 0;
    for (int n = body.read(buffer); n >= 0 && !ending; n = body.read(buffer)) {
      parser.feed(buffer, 0, Math.min(n, left));
      for (; seen < parser.blocks().size(); seen++) {
        take(parser.blocks().get(seen));
      }
      left -= n;
      if (left <= 0) {
        connection.setSoLinger(true, 0);
        throw new IOException("cut off");
      }
    }
  }

  private void take(SseParser.Block block) {
    boolean isWord = block.event() != null && block.event().startsWith("outpour.");
    if (block.id() != null) {
      lastId = block.id();
      reached = Math.max(reached, Entry.of(Operation.STAND, Kind.OK).id(lastId).sequence());
    }
    if (block.isPosition()) {
      pen.write(Entry.of(Operation.STAND, Kind.OK).id(block.id()));
    } else if (isWord) {
      pen.write(
          Entry.of(Operation.WORD, Kind.OK)
              .id(block.id())
              .detail(block.event() + " " + block.data()));
    } else if (block.data() != null) {
      Payload payload = Payload.read(block.data());
      given++;
      pen.write(
          Entry.of(Operation.READ, Kind.OK).id(lastId).update(payload.name(), payload.hash()));
    }
  }

  /** Ends its connection and itself. */
  @Override
  public void close() {
    ending = true;
    try {
      Socket current = socket;
      if (current != null) {
        current.close();
      }
      join(Await.LONG.toMillis());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
    if (failure != null || isAlive()) {
      throw new AssertionError(getName() + " has not ended well", failure);
    }
  }
}
