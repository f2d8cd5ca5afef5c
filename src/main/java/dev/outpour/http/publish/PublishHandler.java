package dev.outpour.http.publish;

import dev.outpour.auth.Caller;
import dev.outpour.http.connection.Connections;
import dev.outpour.http.limit.ClientKey;
import dev.outpour.http.limit.ClientLimits;
import dev.outpour.http.limit.MemoryGuard;
import dev.outpour.http.limit.RateLimiter;
import dev.outpour.http.request.BodyReader;
import dev.outpour.http.request.ProblemResponse;
import dev.outpour.http.request.RequestChecks;
import dev.outpour.http.response.FullResponse;
import dev.outpour.http.response.RequestIds;
import dev.outpour.log.PublishQueue;
import dev.outpour.metrics.Metrics;
import dev.outpour.update.Batch;
import dev.outpour.update.Outcome;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Topic;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code POST /update}: checks the request, submits its updates, and answers when they are
 * in the log. A client that disconnects meanwhile does not undo its update. For use on one event
 * loop.
 */
public final class PublishHandler implements Handler<HttpServerRequest> {

  private final Vertx vertx;
  private final PublishQueue queue;
  private final RequestChecks checks;
  private final ProblemResponse problems;
  private final ClientLimits limits;
  private final RateLimiter rate;
  private final MemoryGuard memory;
  private final Metrics metrics;
  private final Supplier<Optional<Topic>> defaultTopic;
  private final int maxBytes;
  private final PublishRequestCache heads;

  /** The requests whose lines are arriving. */
  private final Set<NdjsonPublisher> lines = new HashSet<>();

  /**
   * Creates it.
   *
   * @param defaultTopic the topic of updates that name none, if it is known
   * @param maxBytes the largest update
   */
  public PublishHandler(
      Vertx vertx,
      PublishQueue queue,
      RequestChecks checks,
      ClientLimits limits,
      Supplier<Optional<Topic>> defaultTopic,
      int maxBytes) {
    this.vertx = vertx;
    this.queue = queue;
    this.checks = checks;
    this.problems = checks.problems();
    this.limits = limits;
    this.rate = limits.limits().publishes();
    this.memory = limits.limits().memory();
    this.metrics = limits.metrics();
    this.defaultTopic = defaultTopic;
    this.maxBytes = maxBytes;
    this.heads = new PublishRequestCache(limits.limits().segmentsPerTopic(), metrics);
  }

  /**
   * Answers a request.
   *
   * @throws RefusedException if the request is refused before its caller is known
   */
  @Override
  public void handle(HttpServerRequest request) {
    // From now on the response carries the id.
    RequestIds.of(request);
    checks.origins().checkOrigin(request);
    PublishRequest head = heads.of(request);
    checks.admit(request, head.token(), caller -> accept(admitted(request, head, caller)));
  }

  private AdmittedPublish admitted(HttpServerRequest request, PublishRequest head, Caller caller) {
    return new AdmittedPublish(
        request,
        head.by(caller, defaultTopic),
        caller,
        rateKey(request, caller),
        rate,
        checks.authenticator());
  }

  /** Whose rate a request counts for; null if it has no limit. */
  private @Nullable ClientKey rateKey(HttpServerRequest request, Caller caller) {
    ClientKey address = limits.addresses().of(request);
    String name = caller.name();
    return address == null || name == null ? address : new ClientKey.Name(name);
  }

  private void accept(AdmittedPublish publish) {
    HttpServerRequest request = publish.request();
    memory.check();
    if (publish.head().type() == BodyType.LINES) {
      BodyReader.proceed(request);
      Connections.leaveBodyPace(request);
      NdjsonPublisher publisher =
          new NdjsonPublisher(vertx, queue, publish, memory, maxBytes, this::answerLines);
      lines.add(publisher);
      publisher.start();
    } else {
      checkLength(request.getHeader(HttpHeaders.CONTENT_LENGTH));
      BodyReader.proceed(request);
      new BodyReader(request, maxBytes, memory)
          .read(body -> publish(publish, body), refusal -> problems.send(request, refusal));
    }
  }

  private void checkLength(@Nullable String contentLength) {
    // More than 10 digits are too many; Netty has refused what is not a number.
    if (contentLength != null
        && (contentLength.length() > 10 || Long.parseLong(contentLength) > maxBytes)) {
      throw Refusal.tooLarge(maxBytes).asException();
    }
  }

  private void publish(AdmittedPublish publish, Buffer body) {
    HttpServerRequest request = publish.request();
    try {
      publish.checkStillValid();
      rate.acquire(publish.rateKey());
      queue
          .submit(new Batch(List.of(publish.head().whole(body)), publish.id()))
          .onSuccess(outcome -> answer(request, outcome));
    } catch (RefusedException e) {
      problems.send(request, e.refusal());
    } catch (RuntimeException e) {
      // Nothing else catches this once the body has arrived.
      problems.fail(request, "accepting the update", e);
    }
  }

  private void answer(HttpServerRequest request, Outcome outcome) {
    if (outcome.refusal().isPresent()) {
      problems.send(request, outcome.refusal().get());
      return;
    }
    Outcome.Receipt receipt = outcome.receipts().get(0);
    metrics.published(receipt.duplicate() ? 0 : 1);
    // A position needs no escaping.
    reply(
        request,
        "{\"id\":\""
            + receipt.position()
            + (receipt.duplicate() ? "\",\"duplicate\":true}\n" : "\"}\n"));
  }

  private static void reply(HttpServerRequest request, String json) {
    FullResponse.send(request, FullResponse.JSON, Buffer.buffer(json));
  }

  /** Accepts no more lines of the bodies that are arriving; the accepted lines are published. */
  public void drain() {
    List.copyOf(lines).forEach(NdjsonPublisher::drain);
  }

  /**
   * Accepts no more updates.
   *
   * @return completes when the accepted updates are answered
   */
  public Future<Void> close() {
    drain();
    return queue.close();
  }

  private void answerLines(NdjsonPublisher publisher) {
    lines.remove(publisher);
    HttpServerRequest request = publisher.request();
    LineBatcher.Committed committed = publisher.committed();
    NdjsonPublisher.Stop stop = publisher.stop();
    metrics.published(committed.added());
    JsonObject answer = new JsonObject();
    if (stop != null) {
      answer.put("line", stop.line());
    }
    answer.put("count", committed.count());
    committed.first().ifPresent(first -> answer.put("first", first.toString()));
    committed.last().ifPresent(last -> answer.put("last", last.toString()));
    if (stop == null) {
      reply(request, answer.encode() + "\n");
    } else if (stop.failure().isPresent()) {
      problems.fail(request, "accepting line " + stop.line(), stop.failure().get(), answer);
    } else {
      problems.send(request, stop.refusal(), answer);
    }
  }
}
