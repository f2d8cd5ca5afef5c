package dev.outpour.http.stream;

import dev.outpour.http.socket.Sockets;
import io.netty.channel.Channel;

/** A whole connection: pending bytes are those of its socket, encrypted or not. */
final class Http1Transport implements StreamTransport {

  private final Channel channel;

  Http1Transport(Channel channel) {
    this.channel = channel;
    Sockets.limitUnsent(channel);
  }

  @Override
  public int room(int most) {
    return most;
  }

  @Override
  public long pendingBytes(int underWay, int rest) {
    return Sockets.pendingBytes(channel) + rest;
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
  public void reset() {
    Sockets.reset(channel);
  }
}
