package dev.outpour;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A connection that says exactly what it is told to, and reads whole answers. */
public final class RawHttp implements AutoCloseable {

  /** An answer. */
  public record Answer(HttpHead head, String body) {

    /** Its status. */
    public int status() {
      return head.status();
    }

    /** One of its headers; null if it is not there. */
    public String header(String name) {
      return head.header(name);
    }
  }

  private final Socket socket;
  private final InputStream in;

  private RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /** Connects to a server on the loopback. */
  public static RawHttp connect(int port) {
    return connect(InetAddress.getLoopbackAddress(), port);
  }

  /** Connects to a server at an address of this machine. */
  public static RawHttp connect(InetAddress address, int port) {
    try {
      Socket socket = new Socket(address, port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) Await.LONG.toMillis());
      return new RawHttp(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects to a server on the loopback by TLS, in which it speaks HTTP/1.1. */
  public static RawHttp connect(int port, SSLContext tls) {
    try {
      SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) Await.LONG.toMillis());
      socket.startHandshake();
      return new RawHttp(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends text as UTF-8, its line ends as they are. */
  public RawHttp send(String text) {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends bytes. */
  public RawHttp send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends bytes as a chunk of the chunked coding; no bytes: the last chunk. */
  public RawHttp sendChunk(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return send(Integer.toHexString(bytes.length) + "\r\n").send(bytes).send("\r\n");
  }

  /** Says that nothing more will be sent. */
  public RawHttp endSending() {
    try {
      socket.shutdownOutput();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads an answer, an interim one too. */
  public Answer answer() {
    return answer(true);
  }

  /** Reads an answer to HEAD. */
  public Answer answerWithoutBody() {
    return answer(false);
  }

  private Answer answer(boolean withBody) {
    try {
      HttpHead head = HttpHead.read(in);
      boolean none = !withBody || head.status() < 200 || head.status() == 204;
      return new Answer(head, none ? "" : body(head));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String body(HttpHead head) throws IOException {
    if (!head.isChunked()) {
      int length = Integer.parseInt(head.header("Content-Length"));
      return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
    ChunkedBody chunks = new ChunkedBody(in);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] buffer = new byte[8_192];
    for (int n = chunks.read(buffer); n >= 0; n = chunks.read(buffer)) {
      body.write(buffer, 0, n);
    }
    return body.toString(StandardCharsets.UTF_8);
  }

  /** Reads until what was read ends with a text; returns all of it, chunk sizes included. */
  public String readUntil(String end) {
    StringBuilder read = new StringBuilder();
    try {
      while (read.indexOf(end) < 0) {
        int b = in.read();
        if (b < 0) {
          throw new AssertionError("It ended after: " + read);
        }
        read.append((char) b);
      }
      return read.toString();
    } catch (IOException e) {
      throw new AssertionError("In vain, after: " + read, e);
    }
  }

  /** Waits for the other side to close; fails if it says something more or stays open. */
  public void awaitClose() {
    try {
      if (in.read() >= 0) {
        throw new AssertionError("More than an answer");
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("The connection stays open", e);
    } catch (IOException e) {
      // A reset is an end too.
    }
  }

  /** Waits for the other side to close as is due; fails also if that is by a reset. */
  public void awaitEnd() {
    try {
      if (in.read() >= 0) {
        throw new AssertionError("More than an answer");
      }
    } catch (IOException e) {
      throw new AssertionError("It was not closed as is due", e);
    }
  }

  /** Breaks off at once, by a reset. */
  public void reset() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
