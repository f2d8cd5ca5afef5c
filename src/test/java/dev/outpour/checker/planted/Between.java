package dev.outpour.checker.planted;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.outpour.TestHub;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands between the actors and a hub, and changes what passes as a faulty hub would. */
final class Between {

  private static final Pattern POSITION = Pattern.compile("(Last-Event-ID: \\w+-)([1-9]\\d*)");
  private static final Pattern CHUNK =
      Pattern.compile("([0-9a-f]+)\r\n(id: .*data: .*\n\n)\r\n", Pattern.DOTALL);
  private static final String EVENT = "id: [^\n]+\ndata: [^\n]+\n\n";
  private static final String CHUNK_OF_ONE = "[0-9a-f]+\r\n" + EVENT + "\r\n";

  /** What a chunk is besides its length and its event: two line ends. */
  private static final int LINE_ENDS = 4;

  /** In one chunk, or each in its own. */
  private static final Pattern TWO_EVENTS =
      Pattern.compile("(%1$s)(%1$s)|(%2$s)(%2$s)".formatted(EVENT, CHUNK_OF_ONE));

  private static final int ONE_WRITE_IN = 20;
  private static final int ONE_WRITE_OF_SEVERAL_IN = 3;

  private Between() {}

  /**
   * Has whoever comes back served from one position earlier: as if its cursor were compared by
   * {@code >=} instead of {@code >}.
   *
   * @return the port
   */
  static int resumingAt(Vertx vertx, int hub) {
    return start(vertx, hub, Between::earlier, bytes -> bytes);
  }

  /**
   * Has some writes to readers done twice.
   *
   * @return the port
   */
  static int writingTwice(Vertx vertx, int hub) {
    AtomicInteger writes = new AtomicInteger();
    return start(
        vertx,
        hub,
        bytes -> bytes,
        bytes ->
            isOneWrite(bytes) && writes.incrementAndGet() % ONE_WRITE_IN == 0
                ? bytes.copy().appendBuffer(bytes)
                : bytes);
  }

  /**
   * Has the first two events of some writes of several change places.
   *
   * @return the port
   */
  static int swapping(Vertx vertx, int hub) {
    AtomicInteger writes = new AtomicInteger();
    return start(vertx, hub, bytes -> bytes, bytes -> swapped(bytes, writes));
  }

  private static Buffer swapped(Buffer bytes, AtomicInteger writes) {
    Matcher events = TWO_EVENTS.matcher(text(bytes));
    return events.find()
            && isWhole(events.group(3))
            && isWhole(events.group(4))
            && writes.incrementAndGet() % ONE_WRITE_OF_SEVERAL_IN == 0
        ? Buffer.buffer(events.replaceFirst("$2$1$4$3"), ISO_8859_1.name())
        : bytes;
  }

  /** A piece of the stream may begin in the middle of a chunk's length. */
  private static boolean isWhole(String chunk) {
    int digits = chunk == null ? 0 : chunk.indexOf('\r');
    return chunk == null
        || Integer.parseInt(chunk.substring(0, digits), 16) == chunk.length() - digits - LINE_ENDS;
  }

  private static int start(
      Vertx vertx, int hub, UnaryOperator<Buffer> asked, UnaryOperator<Buffer> answered) {
    return TestHub.await(
            vertx
                .createNetServer()
                .connectHandler(from -> pass(vertx, from, hub, asked, answered))
                .listen(0, "localhost"))
        .actualPort();
  }

  private static void pass(
      Vertx vertx,
      NetSocket from,
      int hub,
      UnaryOperator<Buffer> asked,
      UnaryOperator<Buffer> answered) {
    from.pause();
    vertx
        .createNetClient()
        .connect(hub, "localhost")
        .onSuccess(
            to -> {
              from.handler(bytes -> to.write(asked.apply(bytes)));
              to.handler(bytes -> from.write(answered.apply(bytes)));
              from.closeHandler(closed -> to.close());
              to.closeHandler(closed -> from.close());
              from.resume();
            })
        .onFailure(failure -> from.close());
  }

  private static String text(Buffer bytes) {
    return bytes.toString(ISO_8859_1);
  }

  private static Buffer earlier(Buffer request) {
    Matcher position = POSITION.matcher(text(request));
    return position.find()
        ? Buffer.buffer(
            position.replaceFirst(it -> it.group(1) + (Long.parseLong(it.group(2)) - 1)))
        : request;
  }

  private static boolean isOneWrite(Buffer bytes) {
    Matcher chunk = CHUNK.matcher(text(bytes));
    return chunk.matches() && Integer.parseInt(chunk.group(1), 16) == chunk.group(2).length();
  }
}
