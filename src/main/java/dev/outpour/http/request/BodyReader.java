package dev.outpour.http.request;

import dev.outpour.http.limit.MemoryGuard;
import dev.outpour.update.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/**
 * Gathers the body of a request, up to a bound and while there is memory. For use on the event loop
 * of the request.
 */
public final class BodyReader {

  private final HttpServerRequest request;
  private final int mostBytes;
  private final MemoryGuard memory;
  private Buffer body = Buffer.buffer();
  private boolean refused;

  public BodyReader(HttpServerRequest request, int mostBytes, MemoryGuard memory) {
    this.request = request;
    this.mostBytes = mostBytes;
    this.memory = memory;
  }

  /**
   * Reads it.
   *
   * @param whole given the body when it has ended
   * @param instead given the refusal as soon as the body is over the bound; one of the two is
   *     called, or none if the client goes away
   */
  public void read(Consumer<Buffer> whole, Consumer<Refusal> instead) {
    request.handler(
        chunk -> {
          if (refused) {
            return;
          }
          if (body.length() + chunk.length() > mostBytes) {
            refuse(instead, Refusal.tooLarge(mostBytes));
          } else if (body.length() > 0 && memory.isTight()) {
            refuse(instead, memory.refusal());
          } else {
            // Most bodies come in one piece, which needs no copy.
            body = body.length() == 0 ? chunk : body.appendBuffer(chunk);
          }
        });
    request.endHandler(
        ended -> {
          if (!refused) {
            whole.accept(body);
          }
        });
    // A client that goes away in the middle has published nothing.
    request.exceptionHandler(gone -> {});
  }

  private void refuse(Consumer<Refusal> instead, Refusal refusal) {
    refused = true;
    body = Buffer.buffer();
    instead.accept(refusal);
  }

  /** Has a client go on that waits with its body until it is told to. */
  public static void proceed(HttpServerRequest request) {
    String expected = request.getHeader(HttpHeaders.EXPECT);
    if (expected == null) {
      return;
    }
    if (!expected.equalsIgnoreCase(HttpHeaders.CONTINUE.toString())) {
      throw new Refusal(417, "Expect may say 100-continue and nothing else: leave it out", 0)
          .asException();
    }
    request.response().writeContinue();
  }
}
