package dev.outpour.http;

import dev.outpour.Await;
import dev.outpour.ChunkedBody;
import dev.outpour.HttpHead;
import dev.outpour.RawHttp;
import dev.outpour.SseParser;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A subscriber that reads exactly as many bytes from its socket as it is told, and checks their
 * framing.
 */
public final class RawStream implements AutoCloseable {

  private final Socket socket = new Socket();
  private final InputStream in;
  private final SseParser parser = new SseParser();
  private ChunkedBody body;

  /**
   * Connects.
   *
   * @param receiveBuffer about how many bytes the kernel buffers; 0: the default
   */
  public RawStream(int port, int receiveBuffer) {
    try {
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) Await.LONG.toMillis());
      socket.connect(new InetSocketAddress("localhost", port));
      // Reads little ahead: two chunk sizes and their line ends.
      in = new BufferedInputStream(socket.getInputStream(), 24);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends text unchanged. */
  public RawStream send(String text) {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends bytes. */
  RawStream send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Requests a stream. */
  public RawStream ask(String query) {
    return send("GET /events" + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  /** Reads a complete response, before the stream. */
  public RawHttp.Answer answer() {
    try {
      HttpHead head = HttpHead.read(in);
      byte[] bytes = in.readNBytes(Integer.parseInt(head.header("Content-Length")));
      return new RawHttp.Answer(head, new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the head of the stream's response. */
  public HttpHead head() {
    try {
      HttpHead head = HttpHead.read(in);
      body = new ChunkedBody(in);
      return head;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits for bytes, and reads some.
   *
   * @param most the maximum, without chunk sizes
   * @return how many; -1 after the last chunk
   */
  public int take(int most) {
    byte[] bytes = new byte[most];
    try {
      int count = body.read(bytes);
      if (count > 0) {
        parser.feed(bytes, 0, count);
      }
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException("After " + data().size() + " events", e);
    }
  }

  /** Reads blocks up to the one with this id. */
  public RawStream takeUpTo(String id) {
    while (!parser.lastEventId().equals(id)) {
      if (take(8_192) < 0) {
        throw new AssertionError("It ended at " + parser.lastEventId());
      }
    }
    return this;
  }

  /** Reads up to the last chunk; then the connection must close without a reset. */
  public RawStream takeToTheEnd() {
    while (take(8_192) >= 0) {
      // More follows.
    }
    try {
      if (in.read() >= 0) {
        throw new AssertionError("Something comes after the last chunk");
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All blocks read so far. */
  public List<SseParser.Block> blocks() {
    return List.copyOf(parser.blocks());
  }

  /** The data of all updates read so far. */
  public List<String> data() {
    return parser.events().stream()
        .filter(event -> !event.isWord())
        .map(SseParser.Event::data)
        .toList();
  }

  /** The names of all control events read so far. */
  public List<String> words() {
    return parser.events().stream()
        .filter(SseParser.Event::isWord)
        .map(SseParser.Event::name)
        .toList();
  }

  /** Closes the sending side. */
  void endSending() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Resets the connection. */
  public void reset() {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    close();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
