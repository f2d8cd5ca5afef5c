package dev.outpour.http.connection;

import dev.outpour.http.socket.Sockets;
import io.netty.channel.Channel;

/** How long a client has taken nothing of what waits for it. For use on its event loop only. */
final class WriteProgress {

  private long pendingBytes;
  private long progressMillis;

  /** Looks, and returns for how many milliseconds nothing has moved that should. */
  long stuckMillis(Channel channel, long nowMillis) {
    long pending = Sockets.pendingBytes(channel);
    if (pending == 0 || pending != pendingBytes) {
      progressMillis = nowMillis;
    }
    pendingBytes = pending;
    return nowMillis - progressMillis;
  }
}
