package dev.outpour.http.request;

import dev.outpour.http.limit.MemoryGuard;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/**
 * Reads the body of a request into memory, up to a limit and while memory is not short. For use on
 * the event loop of the request.
 */
public final class BodyReader {

  private final HttpServerRequest request;
  private final int maxBytes;
  private final MemoryGuard memory;
  private Buffer body = Buffer.buffer();
  private boolean refused;

  public BodyReader(HttpServerRequest request, int maxBytes, MemoryGuard memory) {
    this.request = request;
    this.maxBytes = maxBytes;
    this.memory = memory;
  }

  /**
   * Reads the body.
   *
   * @param onBody given the whole body
   * @param onRefusal given the refusal as soon as the body is refused; one of the two is called, or
   *     none if the client disconnects
   */
  public void read(Consumer<Buffer> onBody, Consumer<Refusal> onRefusal) {
    request.handler(
        chunk -> {
          if (!refused) {
            try {
              append(chunk);
            } catch (RefusedException e) {
              refused = true;
              body = Buffer.buffer();
              onRefusal.accept(e.refusal());
            }
          }
        });
    request.endHandler(
        ended -> {
          if (!refused) {
            onBody.accept(body);
          }
        });
    // A client that disconnects before the end has published nothing.
    request.exceptionHandler(gone -> {});
  }

  private void append(Buffer chunk) {
    if (body.length() + chunk.length() > maxBytes) {
      throw Refusal.tooLarge(maxBytes).asException();
    }
    if (body.length() == 0) {
      // Most bodies arrive in one piece, which needs no copy.
      body = chunk;
    } else {
      memory.check();
      body.appendBuffer(chunk);
    }
  }

  /** Tells a client that waits for {@code 100 Continue} to send its body. */
  public static void proceed(HttpServerRequest request) {
    String expected = request.getHeader(HttpHeaders.EXPECT);
    if (expected == null) {
      return;
    }
    if (!expected.equalsIgnoreCase(HttpHeaders.CONTINUE.toString())) {
      throw new Refusal(417, "The header Expect may only be 100-continue: leave it out", 0)
          .asException();
    }
    request.response().writeContinue();
  }
}
