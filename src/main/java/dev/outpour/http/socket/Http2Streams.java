package dev.outpour.http.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;

/** HTTP/2 streams of Netty. For use on their connection's event loop only. */
public final class Http2Streams {

  private Http2Streams() {}

  /** How many bytes may be sent on a stream now. */
  public static int window(Http2ConnectionHandler connection, Http2Stream stream) {
    Http2RemoteFlowController flow = connection.encoder().flowController();
    return Math.min(
        flow.windowSize(stream), flow.windowSize(connection.connection().connectionStream()));
  }

  /** Resets a stream at once. Vert.x would not, once it has the end of the response. */
  public static void reset(
      Http2ConnectionHandler connection, ChannelHandlerContext context, int id, Http2Error why) {
    if (connection.connection().stream(id) != null) {
      var unused = connection.resetStream(context, id, why.code(), context.newPromise());
      context.channel().flush();
    }
  }
}
