package dev.outpour.docs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A hub whose connections break, each one byte later than the one before. It sends what its
 * subscriber has not received of the rounds before, and then that many bytes of the next round.
 * After the last byte of a round it ends the topic. Answers to publishers break, too.
 *
 * <p>One thread serves the connections one after the other. Call {@link #wrong} and {@link
 * #printed} after {@link #hasEnded} only.
 */
final class BreakingHub implements AutoCloseable {

  /** How a body is framed, and where it breaks. */
  enum Framing {
    /** Within a chunk, or between its last byte and the line end after it. */
    WITHIN_A_CHUNK,
    /** After a whole chunk. */
    BETWEEN_CHUNKS,
    /** The body ends properly, in the middle of an event. */
    IN_PEACE,
    /** The body ends with the connection, as in HTTP/1.0. */
    WITHOUT_CHUNKS
  }

  /** The blocks of a round, new forms and those of older hubs; a number replaces {@code #}. */
  private static final List<String> ROUND =
      List.of(
          "id: e-#\nevent: ä€\ndata: 😀\n\n",
          "retry: 1\nid: e-#\nevent: outpour.position\ndata: {}\n\n",
          "id: e-#\ndata: one\ndata:  two\n\n",
          ":\n\nid: e-#\ndata: \n\n",
          "id: e-#\n\n");

  /** What a program prints of each block, after its id. */
  private static final List<String> PRINTED =
      List.of("ä€ 😀\n", "", "message one\n two\n", "message \n", "");

  private static final Pattern LAST_ID = Pattern.compile("(?i)\\r\\nlast-event-id: ?(?:e-(\\d+))?");
  private static final Pattern LENGTH = Pattern.compile("(?i)\\r\\ncontent-length: (\\d+)");
  private static final Pattern KEY = Pattern.compile("[?&]key=([^& ]+)");

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Framing framing;
  private final int rounds = round(0).getBytes(UTF_8).length;
  private final List<String> keys = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private final Thread thread = new Thread(this::serve, "breaking-hub");
  private int connections;

  /** The number of the last block that was sent whole. */
  private int reached;

  private volatile boolean hasEnded;

  BreakingHub(Framing framing) throws IOException {
    this.framing = framing;
    thread.setDaemon(true);
    thread.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  /** Whether a subscriber was told that the topic has ended. */
  boolean hasEnded() {
    return hasEnded;
  }

  /** The connections that resumed from another position than they should. */
  List<String> wrong() {
    return wrong;
  }

  /** The keys of publishers, one for each request. */
  List<String> keys() {
    return keys;
  }

  /** What a program prints that has received everything, once and in order. */
  String printed() {
    StringBuilder all = new StringBuilder();
    for (int number = 1; number <= rounds * ROUND.size(); number++) {
      String shown = PRINTED.get((number - 1) % ROUND.size());
      all.append(shown.isEmpty() ? "" : id(number) + " " + shown);
    }
    return all.toString();
  }

  /** Every position, in order. */
  List<String> positions() {
    return IntStream.rangeClosed(1, rounds * ROUND.size()).mapToObj(BreakingHub::id).toList();
  }

  private static String id(int number) {
    return "e-%05d".formatted(number);
  }

  private static String block(int number) {
    return ROUND.get((number - 1) % ROUND.size()).replace("e-#", id(number));
  }

  /** The blocks of one round. */
  private static String round(int round) {
    StringBuilder all = new StringBuilder();
    for (int i = 1; i <= ROUND.size(); i++) {
      all.append(block(round * ROUND.size() + i));
    }
    return all.toString();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        socket.setSoTimeout(10_000);
        answer(socket);
      } catch (IOException e) {
        // The client has gone, or the test has ended.
      }
    }
  }

  private void answer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    String head = head(in);
    if (head.startsWith("POST")) {
      publish(head, in, socket.getOutputStream());
    } else if (head.startsWith("GET")) {
      read(head, socket.getOutputStream());
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private void publish(String head, InputStream in, OutputStream out) throws IOException {
    Matcher length = LENGTH.matcher(head);
    in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
    Matcher key = KEY.matcher(head);
    keys.add(key.find() ? key.group(1) : "");
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"id\":\"e-1\"}";
    List<Integer> cuts = List.of(0, 20, answer.length() - 5, answer.length());
    int most = cuts.get(Math.min(keys.size(), cuts.size()) - 1);
    out.write(answer.substring(0, most).getBytes(UTF_8));
    out.flush();
  }

  private void read(String head, OutputStream out) throws IOException {
    Matcher id = LAST_ID.matcher(head);
    int from = id.find() && id.group(1) != null ? Integer.parseInt(id.group(1)) : 0;
    if (from != reached) {
      wrong.add("connection %d: from %d instead of %d".formatted(connections, from, reached));
    }
    if (connections > rounds) { // everything has been sent
      hasEnded = true;
      out.write("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
      out.flush();
      return;
    }
    StringBuilder text = new StringBuilder("retry: 1\n\n");
    for (int number = from + 1; number <= connections * ROUND.size(); number++) {
      text.append(block(number));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(text.toString().getBytes(UTF_8));
    if (connections < rounds) {
      bytes.write(Arrays.copyOf(round(connections).getBytes(UTF_8), connections));
    }
    reached = last(bytes.toByteArray());
    connections++;
    send(head.contains("HTTP/1.0") ? Framing.WITHOUT_CHUNKS : framing, bytes.toByteArray(), out);
  }

  /** The number of the last whole block. */
  private int last(byte[] bytes) {
    String whole = new String(bytes, ISO_8859_1);
    Matcher id =
        Pattern.compile("id: e-(\\d+)\\n(?s:.*?)\\n")
            .matcher(whole.substring(0, whole.lastIndexOf("\n\n") + 2));
    int last = reached;
    while (id.find()) {
      last = Integer.parseInt(id.group(1));
    }
    return last;
  }

  private static void send(Framing framing, byte[] body, OutputStream out) throws IOException {
    boolean chunked = framing != Framing.WITHOUT_CHUNKS;
    StringBuilder head =
        new StringBuilder("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n");
    head.append(chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Connection: close\r\n\r\n");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(head.toString().getBytes(UTF_8));
    if (chunked) {
      int announced = body.length + (framing == Framing.WITHIN_A_CHUNK ? 1 : 0);
      all.write((Integer.toHexString(announced) + "\r\n").getBytes(UTF_8));
    }
    all.write(body);
    if (framing == Framing.BETWEEN_CHUNKS || framing == Framing.IN_PEACE) {
      all.write("\r\n".getBytes(UTF_8));
    }
    if (framing == Framing.IN_PEACE) {
      all.write("0\r\n\r\n".getBytes(UTF_8));
    }
    out.write(all.toByteArray());
    out.flush();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
