package dev.outpour;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Builds frames of the event bus, as a program outside the cluster can. */
public final class BusFrame {

  /** The number of the codec of JSON objects in Vert.x. */
  public static final int JSON = 4;

  static final int SERIALIZABLE = 17;

  private BusFrame() {}

  /** A message with a codec by its number, to one receiver. */
  public static Buffer numbered(int codec, String address, Buffer body) {
    return framed(message(Buffer.buffer().appendByte((byte) codec), address, noHeaders(), body));
  }

  /** A message with a codec by its name, to one receiver. */
  public static Buffer named(String codec, String address, Buffer body) {
    Buffer name = text(Buffer.buffer().appendByte((byte) -1), codec);
    return framed(message(name, address, noHeaders(), body));
  }

  /** A message with these bytes as its headers. */
  static Buffer withHeaders(Buffer headers, String address) {
    return framed(message(Buffer.buffer().appendByte((byte) JSON), address, headers, json("{}")));
  }

  private static Buffer message(Buffer codec, String address, Buffer headers, Buffer body) {
    Buffer message = Buffer.buffer().appendByte((byte) 2).appendBuffer(codec).appendByte((byte) 0);
    text(message, address);
    text(message, "__vertx.reply.forged");
    return text(message, "nobody").appendBuffer(headers).appendBuffer(body);
  }

  private static Buffer noHeaders() {
    return Buffer.buffer().appendInt(Integer.BYTES);
  }

  /** The body of a message with a JSON codec. */
  public static Buffer json(String text) {
    return text(Buffer.buffer(), text);
  }

  /** A frame with these bytes and their length. */
  static Buffer framed(Buffer message) {
    return Buffer.buffer().appendInt(message.length()).appendBuffer(message);
  }

  static Buffer text(Buffer to, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return to.appendInt(bytes.length).appendBytes(bytes);
  }

  /** The bus ports of all nodes except the asking one. */
  static List<Integer> ports(Vertx asking) {
    ClusterManager cluster = ((VertxInternal) asking).clusterManager();
    return cluster.getNodes().stream()
        .filter(node -> !node.equals(cluster.getNodeId()))
        .map(node -> port(cluster, node))
        .toList();
  }

  private static int port(ClusterManager cluster, String node) {
    Promise<NodeInfo> info = Promise.promise();
    cluster.getNodeInfo(node, info);
    return Await.result(info.future()).port();
  }
}
