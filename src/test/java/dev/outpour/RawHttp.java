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

/** A connection that sends exactly the given bytes, and reads whole responses. */
public final class RawHttp implements AutoCloseable {

  /** A response. */
  public record Answer(HttpHead head, String body) {

    /** Its status. */
    public int status() {
      return head.status();
    }

    /** A header; null if it is missing. */
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

  /** Connects to a server on the loopback over TLS, with HTTP/1.1. */
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

  /** Sends a text as UTF-8, with its line ends unchanged. */
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

  /** Sends bytes as a chunk. No bytes are the last chunk. */
  public RawHttp sendChunk(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return send(Integer.toHexString(bytes.length) + "\r\n").send(bytes).send("\r\n");
  }

  /** Shuts down the output. */
  public RawHttp endSending() {
    try {
      socket.shutdownOutput();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a response, which may be an interim one. */
  public Answer answer() {
    return answer(true);
  }

  /** Reads a response to HEAD. */
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

  /** Reads until the bytes end with a text, and returns all of them, with chunk sizes. */
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

  /** Waits until the peer closes. Fails if it sends more or stays open. */
  public void awaitClose() {
    try {
      if (in.read() >= 0) {
        throw new AssertionError("More than an answer");
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("The connection stays open", e);
    } catch (IOException e) {
      // A reset is also an end.
    }
  }

  /** Waits until the peer closes properly. A reset is a failure. */
  public void awaitEnd() {
    try {
      if (in.read() >= 0) {
        throw new AssertionError("More than an answer");
      }
    } catch (IOException e) {
      throw new AssertionError("It was not closed as is due", e);
    }
  }

  /** Resets the connection. */
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
