package dev.outpour;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Publishes over many connections at once, on each one update after the other. It uses one thread,
 * and reads only what it needs of each response. Not thread-safe.
 */
public final class ManyPublishers implements AutoCloseable {

  private static final int ANSWER_BYTES = 4096;
  private static final String OK = "HTTP/1.1 200";
  private static final String LENGTH = "content-length: ";

  private final Selector selector = Selector.open();
  private final List<Connection> connections = new ArrayList<>();
  private final byte[] data;
  private long begun;

  /** A connection, with its partial response. */
  private record Connection(SocketChannel channel, ByteBuffer answer) {}

  /** Connects to a hub on the loopback. */
  public ManyPublishers(int port, int count, String data) throws IOException {
    this.data = data.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < count; i++) {
      SocketChannel channel =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.configureBlocking(false);
      Connection connection = new Connection(channel, ByteBuffer.allocate(ANSWER_BYTES));
      channel.register(selector, SelectionKey.OP_READ, connection);
      connections.add(connection);
    }
  }

  /**
   * Publishes a number of updates.
   *
   * @param query of the address of each, by the number of the update
   * @return how many there were in a second
   */
  public long publish(int updates, LongFunction<String> query) throws IOException {
    long nanos = System.nanoTime();
    long end = begun + updates;
    for (Connection connection : connections) {
      begin(connection, query);
    }
    for (int answered = 0; answered < updates; ) {
      selector.select();
      for (SelectionKey ready : selector.selectedKeys()) {
        Connection connection = (Connection) ready.attachment();
        if (isAnswered(connection)) {
          answered++;
          if (begun < end) {
            begin(connection, query);
          }
        }
      }
      selector.selectedKeys().clear();
    }
    return updates * 1_000_000_000L / (System.nanoTime() - nanos);
  }

  private void begin(Connection connection, LongFunction<String> query) throws IOException {
    byte[] head =
        ("POST /update?"
                + query.apply(begun++)
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                + data.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    ByteBuffer request = ByteBuffer.allocate(head.length + data.length).put(head).put(data).flip();
    while (request.hasRemaining()) {
      connection.channel().write(request);
    }
  }

  private static boolean isAnswered(Connection connection) throws IOException {
    ByteBuffer answer = connection.answer();
    if (connection.channel().read(answer) < 0) {
      throw new AssertionError("The hub has closed a connection");
    }
    String text = new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
    int head = text.indexOf("\r\n\r\n");
    if (head < 0) {
      return false;
    }
    int length = text.indexOf(LENGTH) + LENGTH.length();
    int body = Integer.parseInt(text.substring(length, text.indexOf('\r', length)));
    if (text.length() < head + 4 + body) {
      return false;
    }
    if (!text.startsWith(OK)) {
      throw new AssertionError(text);
    }
    answer.clear();
    return true;
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections) {
      connection.channel().close();
    }
    selector.close();
  }
}
