package dev.outpour.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.outpour.Await;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A relay between one subscriber and a hub that breaks their connection on request. It passes each
 * block of a stream on as one chunk, and shortens {@code retry:}, so that tests need not wait.
 *
 * <p>It uses two threads for each connection. Call its methods from any thread.
 */
final class CuttingRelay implements AutoCloseable {
  private static final String RETRY = "retry: 100";

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Cut> next = new AtomicReference<>();
  private final int hub;
  private volatile int streams;
  private volatile boolean held;

  /**
   * Starts it.
   *
   * @param hub the hub's port
   */
  CuttingRelay(int hub) throws IOException {
    this.hub = hub;
    begin(this::accept);
  }

  private static void begin(Runnable task) {
    Thread thread = new Thread(task, "relay");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return server.getLocalPort();
  }

  /** How many streams have passed their first block on. */
  int streams() {
    return streams;
  }

  /** Cuts the stream at the next update. */
  void cutAtNextUpdate(Cut cut) {
    next.set(cut);
  }

  /** Whether that cut is still to come. */
  boolean isToCut() {
    return next.get() != null;
  }

  /** Closes all connections, and accepts none until {@link #release}. */
  void hold() {
    held = true;
    open.forEach(CuttingRelay::close);
  }

  synchronized void release() {
    held = false;
    notifyAll();
  }

  private synchronized void awaitRelease() throws InterruptedException {
    while (held) {
      wait();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        begin(() -> connect(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void connect(Socket client) {
    open.add(client);
    try (client;
        Socket there = reach()) {
      begin(() -> copy(client, there));
      answer(new BufferedInputStream(there.getInputStream()), client);
    } catch (IOException | InterruptedException e) {
      // One side has closed: close the other one.
    } finally {
      open.remove(client);
    }
  }

  /** Waits while the hub is away, so that the pauses of libraries do not grow. */
  private Socket reach() throws IOException, InterruptedException {
    awaitRelease();
    while (true) {
      try {
        return new Socket(InetAddress.getLoopbackAddress(), hub);
      } catch (ConnectException e) {
        if (server.isClosed()) {
          throw e;
        }
        Await.aMoment();
      }
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // Expected.
    }
    close(to);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void answer(InputStream in, Socket client) throws IOException {
    String head = until(in, "\r\n\r\n");
    OutputStream out = client.getOutputStream();
    out.write(head.getBytes(ISO_8859_1));
    out.flush();
    if (!head.contains("chunked")) {
      in.transferTo(out);
      return;
    }
    StringBuilder text = new StringBuilder();
    for (boolean isFirst = true; ; ) {
      int size = Integer.parseInt(until(in, "\r\n").strip(), 16);
      text.append(new String(in.readNBytes(size), ISO_8859_1));
      until(in, "\r\n");
      for (int end; (end = text.indexOf("\n\n")) >= 0; isFirst = false) {
        String block = text.substring(0, end + 2);
        text.delete(0, end + 2);
        if (!pass(block.replaceFirst("retry: \\d+", RETRY).getBytes(ISO_8859_1), client)) {
          return;
        }
        streams += isFirst ? 1 : 0;
      }
      if (size == 0) {
        out.write("0\r\n\r\n".getBytes(ISO_8859_1));
        out.flush();
        return;
      }
    }
  }

  /** Passes a block on; false if the connection must end with it. */
  private boolean pass(byte[] block, Socket client) throws IOException {
    boolean isUpdate = new String(block, ISO_8859_1).contains("\"key\":\"");
    Cut cut = isUpdate ? next.getAndSet(null) : null;
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    chunk.write((Integer.toHexString(block.length) + "\r\n").getBytes(ISO_8859_1));
    chunk.write(cut == null ? block : Arrays.copyOf(block, cut.length(block)));
    if (cut == null || cut == Cut.BETWEEN_EVENTS) {
      chunk.write("\r\n".getBytes(ISO_8859_1));
    }
    client.getOutputStream().write(chunk.toByteArray());
    client.getOutputStream().flush();
    if (cut == Cut.RESET) {
      client.setSoLinger(true, 0);
    }
    return cut == null;
  }

  private static String until(InputStream in, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(end, Math.max(0, text.length() - end.length())) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      text.append((char) next);
    }
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    server.close();
    open.forEach(CuttingRelay::close);
  }
}
