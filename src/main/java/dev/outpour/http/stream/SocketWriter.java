package dev.outpour.http.stream;

import dev.outpour.http.connection.HeapBodyCopier;
import dev.outpour.http.connection.Http1Guard;
import dev.outpour.http.socket.Sockets;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.IovArray;
import io.netty.channel.unix.Limits;
import io.netty.channel.unix.Socket;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes a connection of HTTP/1.1 over from Vert.x and sends to its socket directly: an event for
 * many subscribers costs each of them one system call, and neither a copy nor an object.
 *
 * <p>Nothing of what Vert.x and Netty keep for a request is left once the response has begun.
 * Whatever the client sends after that is ignored, and the connection ends with the response. It
 * relies on internals of Vert.x; {@link SocketWriterProbe} checks that they are as expected.
 */
public final class SocketWriter extends ChannelInboundHandlerAdapter
    implements StreamWriter, ChannelFutureListener {

  /** The handlers of a plain connection of HTTP/1.1; no others may be there. */
  private static final List<String> HANDLERS =
      List.of(
          "httpDecoder",
          "httpEncoder",
          Http1Guard.NAME,
          HeapBodyCopier.NAME,
          HeapBodyCopier.HANDLER);

  private static final byte[] HEAD = ascii("HTTP/1.1 200 OK\r\n");
  private static final byte[] HEAD_END =
      ascii("connection: close\r\ntransfer-encoding: chunked\r\n\r\n");
  private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");

  private final EpollSocketChannel channel;
  private final Socket socket;
  private @Nullable Listener listener;

  /** Vert.x' response; null once this writer has begun. */
  private @Nullable HttpServerResponse response;

  private final PendingWrites backlog;
  private boolean blocked;

  /** How many bytes wait for the kernel. */
  private int waiting;

  private SocketWriter(
      HttpServerResponse response, EpollSocketChannel channel, PendingWrites backlog) {
    this.response = response;
    this.backlog = backlog;
    this.channel = channel;
    this.socket = (Socket) channel.fd();
  }

  /** A writer for a request; null if its connection is of another kind. */
  public static @Nullable SocketWriter of(HttpServerRequest request, PendingWrites backlog) {
    Channel channel = Sockets.of(request);
    return request.version() == HttpVersion.HTTP_1_1
            && channel instanceof EpollSocketChannel socket
            && isPlain(channel.pipeline())
        ? new SocketWriter(request.response(), socket, backlog)
        : null;
  }

  private static boolean isPlain(ChannelPipeline pipeline) {
    int known = 0;
    for (Map.Entry<String, ?> handler : pipeline) {
      if (known == HANDLERS.size() || !handler.getKey().equals(HANDLERS.get(known))) {
        return false;
      }
      known++;
    }
    return known == HANDLERS.size();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public TransferCoding framing() {
    return TransferCoding.CHUNKED;
  }

  @Override
  public void listener(Listener listener) {
    this.listener = listener;
    if (response != null) {
      response.closeHandler(closed -> listener.closed());
    }
  }

  @Override
  public void write(Buffer block) {
    ByteBuf out = TransferCoding.buffer(block.length() + 256);
    if (response != null) {
      begin(out, response);
      response = null;
    }
    append(out, block);
    int length = out.readableBytes();
    int taken = isClear() ? send(out.memoryAddress(), 0, length) : 0;
    if (taken == length) {
      out.release();
    } else {
      await(out.readerIndex(taken));
    }
  }

  private static void append(ByteBuf out, Buffer block) {
    if (block.length() > 0) {
      int start = TransferCoding.CHUNKED.open(out);
      out.writeBytes(((BufferInternal) block).getByteBuf());
      TransferCoding.CHUNKED.close(out, start);
    }
  }

  /** Takes the connection over, and appends the head of the response. */
  private void begin(ByteBuf out, HttpServerResponse response) {
    ChannelPipeline pipeline = channel.pipeline();
    // Earlier responses on this connection go first.
    pipeline.flush();
    pipeline.addLast(this);
    // From the last to the first: what the decoder still holds comes to this handler, which
    // releases it.
    for (int i = HANDLERS.size() - 1; i >= 0; i--) {
      pipeline.remove(HANDLERS.get(i));
    }
    Sockets.limitUnsent(channel);
    channel.config().setAutoRead(true);
    out.writeBytes(HEAD);
    response.headers().remove(HttpHeaders.TRANSFER_ENCODING);
    for (Map.Entry<String, String> header : response.headers()) {
      String line = header.getKey() + ": " + header.getValue() + "\r\n";
      out.writeCharSequence(line, StandardCharsets.ISO_8859_1);
    }
    out.writeBytes(HEAD_END);
  }

  /** Whether Netty has nothing for this socket that would have to go first. */
  private boolean isClear() {
    var outbound = channel.unsafe().outboundBuffer();
    return outbound == null || outbound.isEmpty();
  }

  @Override
  public int write(EncodedPage.Part events, int from) {
    int length = events.length();
    int taken = send(events, from);
    if (taken == length) {
      return length;
    }
    int copied = backlog.mostCopied(events.eventEnd(taken) - taken);
    try {
      ByteBuf rest = channel.alloc().directBuffer(copied);
      events.copy(taken, copied, rest);
      await(rest);
    } catch (OutOfMemoryError e) {
      // It cannot be told any more when there is room: its client comes back.
      channel.unsafe().close(channel.voidPromise());
      return length;
    }
    return taken + copied;
  }

  /** Sends events; returns up to which byte the kernel has taken them. */
  private int send(EncodedPage.Part events, int from) {
    int length = events.length();
    int taken = from;
    while (taken < length) {
      int run = events.run(taken);
      int due;
      int now;
      if (taken + run == length) {
        due = length;
        now = taken + sendRun(events, taken, run);
      } else {
        IovArray slices = new IovArray(mostSlices(events));
        try {
          due = gather(events, taken, slices);
          now = taken + sendSlices(slices, due - taken);
        } finally {
          slices.release();
        }
      }
      if (now < due) {
        return now;
      }
      taken = now;
    }
    return taken;
  }

  private static int mostSlices(EncodedPage.Part events) {
    return Math.min(events.slices(), Limits.IOV_MAX);
  }

  /** Gathers as many slices as one call takes; returns up to which byte. */
  private static int gather(EncodedPage.Part events, int from, IovArray slices) {
    int at = from;
    while (at < events.length()) {
      int run = events.run(at);
      if (!slices.add(events.bytes(), events.place(at), run)) {
        break;
      }
      at += run;
    }
    return at;
  }

  private int sendRun(EncodedPage.Part events, int at, int length) {
    int from = events.place(at);
    return send(events.bytes().memoryAddress(), from, from + length) - from;
  }

  private int sendSlices(IovArray slices, int length) {
    if (!channel.isOpen()) {
      return length;
    }
    try {
      return (int) Math.max(0, socket.writevAddresses(slices.memoryAddress(0), slices.count()));
    } catch (IOException e) {
      // The connection is gone, and so is what was to be sent.
      channel.unsafe().close(channel.voidPromise());
      return length;
    }
  }

  /**
   * Sends bytes; returns up to where the kernel has taken them.
   *
   * <p>The end of a connection is told a turn after the channel has closed. Until then its
   * descriptor belongs to nobody, or already to another connection, which would get these bytes.
   */
  private int send(long address, int from, int end) {
    if (!channel.isOpen()) {
      return end;
    }
    try {
      return from + socket.sendAddress(address, from, end);
    } catch (IOException e) {
      // The connection is gone, and so is what was to be sent.
      channel.unsafe().close(channel.voidPromise());
      return end;
    }
  }

  /** Has Netty write the rest when the kernel has room. */
  private void await(ByteBuf rest) {
    int length = rest.readableBytes();
    ChannelFuture written = channel.writeAndFlush(rest);
    if (!written.isDone()) {
      blocked = true;
      waiting = length;
      backlog.add(length);
      written.addListener(this);
    }
  }

  @Override
  public void operationComplete(ChannelFuture written) {
    blocked = false;
    backlog.remove(waiting);
    waiting = 0;
    if (written.isSuccess() && listener != null) {
      listener.drained();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (listener != null) {
      listener.closed();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    channel.unsafe().close(channel.voidPromise());
  }

  @Override
  public boolean isBlocked() {
    return blocked;
  }

  @Override
  public long pendingBytes() {
    return Sockets.pendingBytes(channel);
  }

  @Override
  public String address() {
    return Sockets.address(channel);
  }

  @Override
  public boolean isSilent() {
    return Sockets.isSilent(channel);
  }

  @Override
  public void end(Buffer last) {
    if (response != null) {
      response.end(last);
      return;
    }
    ByteBuf out = TransferCoding.buffer(last.length() + 64);
    append(out, last);
    channel.writeAndFlush(out.writeBytes(LAST_CHUNK)).addListener(CLOSE);
  }

  @Override
  public void decline() {
    if (response != null) {
      ResponseWriter.nothing(response).end();
    }
  }

  @Override
  public void reset() {
    Sockets.reset(channel);
  }
}
