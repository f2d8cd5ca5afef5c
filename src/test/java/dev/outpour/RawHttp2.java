package dev.outpour;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A connection that sends exactly the given HTTP/2 frames, and reads frames. */
public final class RawHttp2 implements AutoCloseable {

  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;

  public static final int END_STREAM = 1;
  public static final int ACK = 1;
  public static final int END_HEADERS = 4;

  private static final int PRIORITY_INSIDE = 32;

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  /**
   * A frame.
   *
   * @param type its type
   * @param stream 0: the connection itself
   */
  public record Frame(int type, int flags, int stream, byte[] payload) {

    /** Whether it ends its stream. */
    public boolean isLast() {
      return type <= HEADERS && (flags & END_STREAM) != 0;
    }

    /** The error code of a reset or GOAWAY. */
    public int code() {
      return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
    }

    /** Its payload, as text. */
    public String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      String more = type == RST_STREAM || type == GOAWAY ? " for " + code() : "";
      return "frame " + type + " of stream " + stream + " with flags " + flags + more;
    }
  }

  private final Socket socket;
  private final DataInputStream in;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();
  private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();

  private RawHttp2(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 65_536));
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) Await.LONG.toMillis());
  }

  /** Connects to a server on the loopback, without TLS. */
  public static RawHttp2 connect(int port) {
    try {
      return new RawHttp2(new Socket("localhost", port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects to a server on the loopback over TLS. */
  public static RawHttp2 connect(int port, SSLContext tls) {
    try {
      SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", port);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      if (!socket.getApplicationProtocol().equals("h2")) {
        throw new AssertionError("HTTP/2 is not spoken here");
      }
      return new RawHttp2(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends the preface with settings, as pairs of identifier and value. */
  public RawHttp2 greet(int... settings) {
    ByteBuffer payload = ByteBuffer.allocate(settings.length * 3);
    for (int i = 0; i < settings.length; i += 2) {
      payload.putShort((short) settings[i]).putInt(settings[i + 1]);
    }
    unsent.writeBytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
    return frame(SETTINGS, 0, 0, payload.array());
  }

  /** Adds a frame to the next send. */
  public RawHttp2 frame(int type, int flags, int stream, byte... payload) {
    unsent.writeBytes(
        ByteBuffer.allocate(9 + payload.length)
            .putInt(payload.length << 8 | type)
            .put((byte) flags)
            .putInt(stream)
            .put(payload)
            .array());
    return this;
  }

  /** Adds a frame whose payload is a number. */
  public RawHttp2 frameOf(int type, int stream, int number) {
    return frame(type, 0, stream, ByteBuffer.allocate(4).putInt(number).array());
  }

  /** Adds a request without a body. */
  public RawHttp2 get(int stream, String path, String... more) {
    return frame(HEADERS, END_HEADERS | END_STREAM, stream, request("GET", path, more));
  }

  /** Adds the head of a request with a body. */
  public RawHttp2 post(int stream, String path, String... more) {
    return frame(HEADERS, END_HEADERS, stream, request("POST", path, more));
  }

  /** The headers of a request, with more as alternating names and values. */
  public static byte[] request(String method, String path, String... more) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.writeBytes(
        headers(":method", method, ":scheme", "http", ":authority", "localhost", ":path", path));
    block.writeBytes(headers(more));
    return block.toByteArray();
  }

  /** Headers as literals. */
  public static byte[] headers(String... namesAndValues) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      block.write(0);
      text(block, namesAndValues[i]);
      text(block, namesAndValues[i + 1]);
    }
    return block.toByteArray();
  }

  private static void text(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < 127) {
      block.write(bytes.length);
    } else {
      block.write(127);
      int rest = bytes.length - 127;
      for (; rest >= 128; rest >>= 7) {
        block.write(rest & 127 | 128);
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  /** Sends the added frames, unless the connection was closed meanwhile. */
  public RawHttp2 send() {
    try {
      socket.getOutputStream().write(unsent.toByteArray());
      socket.getOutputStream().flush();
    } catch (IOException e) {
      // The frames sent before are still read.
    }
    unsent.reset();
    return this;
  }

  /** Reads a frame; null at the end of the connection. */
  public Frame read() {
    try {
      int head = in.readInt();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = new byte[head >>> 8];
      in.readFully(payload);
      return new Frame(head & 255, flags, stream, payload);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("Nothing comes", e);
    } catch (IOException e) {
      return null;
    }
  }

  /** Reads up to a frame of a type and stream. Fails if the connection ends before. */
  public Frame await(int type, int stream) {
    Frame frame = read();
    while (frame != null && (frame.type != type || frame.stream != stream)) {
      frame = read();
    }
    if (frame == null) {
      throw new AssertionError("It ended without a frame " + type + " of stream " + stream);
    }
    return frame;
  }

  /** The headers in a frame, which must be decoded in their order. */
  public Http2Headers decode(Frame frame) {
    try {
      int skipped = (frame.flags & PRIORITY_INSIDE) == 0 ? 0 : 5;
      return decoder.decodeHeaders(
          frame.stream,
          Unpooled.wrappedBuffer(frame.payload, skipped, frame.payload.length - skipped));
    } catch (Http2Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until the peer closes, and ignores what it sends before. */
  public void awaitClose() {
    while (read() != null) {
      // GOAWAY.
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (EOFException e) {
      // The connection is closed.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
