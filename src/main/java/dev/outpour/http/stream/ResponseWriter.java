package dev.outpour.http.stream;

import dev.outpour.http.connection.Connections;
import dev.outpour.http.socket.Sockets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import org.jspecify.annotations.Nullable;

/** Writes through Vert.x' response, on any kind of connection. Each write is copied. */
public final class ResponseWriter implements StreamWriter {

  private static final Buffer NOTHING = Buffer.buffer();

  private static final int NO_CONTENT = 204;

  private final HttpServerResponse response;
  private final boolean shared;
  private final StreamTransport transport;
  private final PendingWrites backlog;
  private @Nullable Listener listener;

  /** What is left of the last write: it is written in pieces, each copied for the socket. */
  private Buffer rest = NOTHING;

  /** How many bytes of it are being written. */
  private int underWay;

  private boolean blocked;
  private @Nullable Buffer last;

  ResponseWriter(HttpServerRequest request, PendingWrites backlog) {
    this.response = request.response();
    this.shared = Sockets.isShared(request);
    this.transport = transport(request);
    this.backlog = backlog;
    Connections.leavePace(request);
  }

  /** The transport of a request's response. */
  private static StreamTransport transport(HttpServerRequest request) {
    Channel channel = Sockets.of(request);
    return Sockets.isShared(request)
        ? new Http2Transport(
            channel,
            channel.pipeline().get(Http2ConnectionHandler.class),
            request.response().streamId())
        : new Http1Transport(channel);
  }

  @Override
  public TransferCoding framing() {
    return TransferCoding.PLAIN;
  }

  @Override
  public void listener(Listener listener) {
    this.listener = listener;
    response.closeHandler(closed -> listener.closed());
  }

  @Override
  public void write(Buffer block) {
    if (shared && !response.headWritten()) {
      // Otherwise Vert.x holds the head back while there is no room for what follows it.
      response.writeHead();
    }
    rest = block;
    blocked = !writeRest();
  }

  @Override
  public int write(EncodedPage.Part events, int from) {
    int at = from;
    while (at < events.length()) {
      // Copied, since what waits must not hold on to shared memory.
      int length = Math.min(events.length() - at, transport.room(backlog.mostWaiting()));
      ByteBuf piece = Unpooled.buffer(length, length);
      events.copy(at, length, piece);
      at += length;
      if (!isWritten(BufferInternal.buffer(piece))) {
        blocked = true;
        return at;
      }
    }
    return at;
  }

  @Override
  public boolean isBlocked() {
    return blocked;
  }

  private boolean writeRest() {
    while (rest.length() > 0) {
      if (!isWritten(cut(Math.min(rest.length(), transport.room(backlog.mostWaiting()))))) {
        return false;
      }
    }
    return true;
  }

  /** Writes a piece; false if it has to wait, and all that follows it too. */
  private boolean isWritten(Buffer piece) {
    Future<Void> written = response.write(piece);
    // A failure means that the connection has closed, which is told elsewhere.
    if (!written.isComplete()) {
      send(written, piece.length());
      written.onSuccess(done -> taken());
      return false;
    }
    return true;
  }

  private void send(Future<Void> written, int length) {
    underWay += length;
    backlog.add(length);
    written.onComplete(
        done -> {
          underWay -= length;
          backlog.remove(length);
        });
  }

  private Buffer cut(int length) {
    Buffer bytes = rest;
    if (length == bytes.length()) {
      rest = NOTHING;
      return bytes;
    }
    rest = bytes.slice(length, bytes.length());
    return bytes.slice(0, length);
  }

  private void taken() {
    if (!writeRest()) {
      return;
    }
    blocked = false;
    if (last != null) {
      finish(last);
    } else if (listener != null) {
      listener.drained();
    }
  }

  @Override
  public long pendingBytes() {
    return transport.pendingBytes(underWay, rest.length());
  }

  @Override
  public String address() {
    return transport.address();
  }

  @Override
  public boolean isSilent() {
    return transport.isSilent();
  }

  @Override
  public void end(Buffer last) {
    if (rest.length() == 0) {
      finish(last);
    } else {
      this.last = last;
    }
  }

  private void finish(Buffer last) {
    Future<Void> ended = response.end(last);
    if (!ended.isComplete()) {
      send(ended, last.length());
    }
  }

  @Override
  public void decline() {
    nothing(response).end();
  }

  /** Turns a response that was to be a stream into one that says there will be nothing. */
  public static HttpServerResponse nothing(HttpServerResponse response) {
    response.headers().remove(HttpHeaders.CONTENT_TYPE);
    return response.setChunked(false).setStatusCode(NO_CONTENT);
  }

  @Override
  public void reset() {
    transport.reset();
  }
}
