package dev.outpour.http;

import dev.outpour.update.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/**
 * Gathers the body of a request, up to a bound and while there is memory. For use on the event loop
 * of the request.
 */
final class WholeBody {

  private final HttpServerRequest request;
  private final int mostBytes;
  private final MemoryGuard memory;
  private Buffer body = Buffer.buffer();
  private boolean refused;

  WholeBody(HttpServerRequest request, int mostBytes, MemoryGuard memory) {
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
  void read(Consumer<Buffer> whole, Consumer<Refusal> instead) {
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
}
