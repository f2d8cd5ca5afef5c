package dev.outpour.http.publish;

import dev.outpour.auth.Caller;
import dev.outpour.http.connection.Connections;
import dev.outpour.http.limit.ClientAddresses;
import dev.outpour.http.limit.ClientKey;
import dev.outpour.http.limit.Limits;
import dev.outpour.http.limit.MemoryGuard;
import dev.outpour.http.limit.RateLimiter;
import dev.outpour.http.request.BodyReader;
import dev.outpour.http.request.OriginPolicy;
import dev.outpour.http.request.ProblemResponse;
import dev.outpour.http.request.RequestAuthenticator;
import dev.outpour.http.response.RequestIds;
import dev.outpour.log.PublishQueue;
import dev.outpour.metrics.Limit;
import dev.outpour.metrics.Metrics;
import dev.outpour.update.Batch;
import dev.outpour.update.Outcome;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Topic;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntToLongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code POST /update}: checks the request, hands its updates on, and answers when they are
 * in the log. A client that has gone meanwhile does not undo its update. For use on one event loop.
 */
public final class PublishHandler implements Handler<HttpServerRequest> {

  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

  private final Vertx vertx;
  private final PublishQueue queue;
  private final OriginPolicy gate;
  private final RateLimiter rate;
  private final MemoryGuard memory;
  private final ClientAddresses clients;
  private final RequestAuthenticator access;
  private final Supplier<Optional<Topic>> defaultTopic;
  private final ProblemResponse problem;
  private final Metrics metrics;
  private final int mostBytes;

  /** Bodies of lines that are arriving, one for a request at most. */
  private final Set<NdjsonPublisher> intakes = new HashSet<>();

  private final PublishRequestCache publications;

  /**
   * Creates it.
   *
   * @param defaultTopic where updates go that name no topic, if that is known
   * @param mostBytes the largest update
   */
  public PublishHandler(
      Vertx vertx,
      PublishQueue queue,
      OriginPolicy gate,
      Limits limits,
      ClientAddresses clients,
      RequestAuthenticator access,
      Supplier<Optional<Topic>> defaultTopic,
      ProblemResponse problem,
      Metrics metrics,
      int mostBytes) {
    this.vertx = vertx;
    this.queue = queue;
    this.gate = gate;
    this.publications = new PublishRequestCache(limits.segmentsPerTopic(), metrics);
    this.rate = limits.publishes();
    this.memory = limits.memory();
    this.clients = clients;
    this.access = access;
    this.defaultTopic = defaultTopic;
    this.problem = problem;
    this.metrics = metrics;
    this.mostBytes = mostBytes;
  }

  @Override
  public void handle(HttpServerRequest request) {
    RequestIds.of(request);
    try {
      Optional<Refusal> stranger = gate.checkOrigin(request);
      if (stranger.isPresent()) {
        throw stranger.get().asException();
      }
      PublishRequest publication = publications.of(request);
      access.admit(
          request,
          publication.token(),
          caller ->
              take(
                  request,
                  publication.by(caller, defaultTopic),
                  publisher(request, caller),
                  () -> access.lapsed(request, caller)),
          refusal -> refuse(request, refusal));
    } catch (RefusedException e) {
      refuse(request, e.refusal());
    }
  }

  /** Whose rate it counts for; null if it does not count. */
  private RateLimiter.@Nullable Publisher publisher(HttpServerRequest request, Caller caller) {
    ClientKey address = clients.of(request);
    String name = caller.name();
    return address == null || name == null ? address : new RateLimiter.Named(name);
  }

  private void take(
      HttpServerRequest request,
      PublishRequest publication,
      RateLimiter.@Nullable Publisher publisher,
      Supplier<Optional<Refusal>> lapsed) {
    if (memory.isTight()) {
      throw memory.refusal().asException();
    }
    if (publication.kind() == BodyType.LINES) {
      BodyReader.proceed(request);
      Connections.leaveBodyPace(request);
      NdjsonPublisher intake =
          new NdjsonPublisher(
              vertx,
              request,
              publication,
              queue,
              pace(publisher),
              memory,
              lapsed,
              this::answerLines,
              mostBytes);
      intakes.add(intake);
      intake.start();
    } else {
      checkLength(request.getHeader(HttpHeaders.CONTENT_LENGTH));
      BodyReader.proceed(request);
      new BodyReader(request, mostBytes, memory)
          .read(
              body -> publish(request, publication, publisher, lapsed, body),
              refusal -> refuse(request, refusal));
    }
  }

  private void refuse(HttpServerRequest request, Refusal refusal) {
    problem.send(request, refusal);
  }

  private void checkLength(@Nullable String contentLength) {
    // More digits than this do not fit; Netty has refused what is no number.
    if (contentLength != null
        && (contentLength.length() > 10 || Long.parseLong(contentLength) > mostBytes)) {
      throw Refusal.tooLarge(mostBytes).asException();
    }
  }

  /** Lines are not refused for coming too fast, but taken later. */
  private IntToLongFunction pace(RateLimiter.@Nullable Publisher publisher) {
    return updates -> {
      long millis = rate.takeLater(publisher, updates);
      if (millis > 0) {
        metrics.limited(Limit.RATE);
      }
      return millis;
    };
  }

  private void publish(
      HttpServerRequest request,
      PublishRequest publication,
      RateLimiter.@Nullable Publisher publisher,
      Supplier<Optional<Refusal>> lapsed,
      Buffer body) {
    try {
      Optional<Refusal> over = lapsed.get();
      if (over.isPresent()) {
        throw over.get().asException();
      }
      Refusal tooFast = rate.take(publisher);
      if (tooFast != null) {
        metrics.limited(Limit.RATE);
        throw tooFast.asException();
      }
      queue
          .submit(new Batch(List.of(publication.whole(body)), RequestIds.of(request)))
          .onSuccess(outcome -> answer(request, outcome));
    } catch (RefusedException e) {
      refuse(request, e.refusal());
    } catch (RuntimeException e) {
      // Nobody else sees what is thrown once the body has arrived.
      problem.fail(request, "taking the update", e);
    }
  }

  private void answer(HttpServerRequest request, Outcome outcome) {
    if (outcome.refusal().isPresent()) {
      refuse(request, outcome.refusal().get());
      return;
    }
    Outcome.Receipt receipt = outcome.receipts().get(0);
    metrics.published(receipt.duplicate() ? 0 : 1);
    // A position needs no escapes.
    reply(
        request,
        "{\"id\":\""
            + receipt.position()
            + (receipt.duplicate() ? "\",\"duplicate\":true}\n" : "\"}\n"));
  }

  /** Takes no more lines of the bodies that are arriving; what was taken is published. */
  public void drain() {
    List.copyOf(intakes).forEach(NdjsonPublisher::drain);
  }

  private void answerLines(NdjsonPublisher intake, NdjsonPublisher.Result result) {
    intakes.remove(intake);
    HttpServerRequest request = intake.request();
    metrics.published(result.added());
    JsonObject answer = new JsonObject();
    result.refusal().ifPresent(refusal -> answer.put("line", result.line()));
    answer.put("count", result.count());
    result.first().ifPresent(first -> answer.put("first", first.toString()));
    result.last().ifPresent(last -> answer.put("last", last.toString()));
    if (result.mishap().isPresent()) {
      problem.fail(request, "taking line " + result.line(), result.mishap().get(), answer);
    } else if (result.refusal().isPresent()) {
      problem.send(request, result.refusal().get(), answer);
    } else {
      reply(request, answer.encode() + "\n");
    }
  }

  private static void reply(HttpServerRequest request, String answer) {
    HttpServerResponse response = request.response();
    if (!response.ended() && !response.closed()) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, JSON).end(answer);
    }
  }
}
