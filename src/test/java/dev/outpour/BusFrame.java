package dev.outpour;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What nodes send each other on the event bus, made by somebody who is none. */
public final class BusFrame {

  /** The number of JSON objects among the forms of Vert.x. */
  public static final int JSON = 4;

  static final int SERIALIZABLE = 17;

  private BusFrame() {}

  /** A message in a form that is known by its number, to one receiver. */
  public static Buffer numbered(int codec, String address, Buffer body) {
    return framed(message(Buffer.buffer().appendByte((byte) codec), address, noHeaders(), body));
  }

  /** A message in a form that is known by its name, to one receiver. */
  public static Buffer named(String codec, String address, Buffer body) {
    Buffer name = text(Buffer.buffer().appendByte((byte) -1), codec);
    return framed(message(name, address, noHeaders(), body));
  }

  /** A message that says so of its headers. */
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

  /** The body of a message that is said to be JSON. */
  public static Buffer json(String text) {
    return text(Buffer.buffer(), text);
  }

  /** Any bytes, as many as they are. */
  static Buffer framed(Buffer message) {
    return Buffer.buffer().appendInt(message.length()).appendBuffer(message);
  }

  static Buffer text(Buffer to, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return to.appendInt(bytes.length).appendBytes(bytes);
  }

  /** The ports of all nodes but the one that asks. */
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
