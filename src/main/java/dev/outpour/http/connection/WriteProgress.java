package dev.outpour.http.connection;

import dev.outpour.http.socket.Sockets;
import io.netty.channel.Channel;

/** Measures how long a client has accepted no pending data. For use on its event loop only. */
final class WriteProgress {

  private long pendingBytes;
  private long progressMillis;

  /** Returns for how many milliseconds no pending data has moved. */
  long stuckMillis(Channel channel, long nowMillis) {
    long pending = Sockets.pendingBytes(channel);
    if (pending == 0 || pending != pendingBytes) {
      progressMillis = nowMillis;
    }
    pendingBytes = pending;
    return nowMillis - progressMillis;
  }
}
