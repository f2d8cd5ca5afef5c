package dev.outpour.http.operate;

import dev.outpour.auth.Caller;
import dev.outpour.bus.LogMessage;
import dev.outpour.http.operate.ClusterNodes.Answers;
import dev.outpour.http.request.OriginPolicy;
import dev.outpour.http.request.ProblemResponse;
import dev.outpour.http.request.Query;
import dev.outpour.http.request.RequestAuthenticator;
import dev.outpour.http.response.FullResponse;
import dev.outpour.logging.EscapedText;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.TopicPattern;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code GET /topics}, {@code GET /readers} and {@code DELETE /readers/<id>}: says to
 * whoever may operate the hub what is read on all its nodes, and by whom, and sends readers away.
 * For use on one event loop.
 */
public final class SubscribersHandler {

  private static final Logger log = LoggerFactory.getLogger(SubscribersHandler.class);

  private static final int MOST = 1_000;
  private static final int USUAL = 100;

  private final ClusterNodes nodes;
  private final LatestPositions newest;
  private final OriginPolicy gate;
  private final RequestAuthenticator access;
  private final ProblemResponse problem;

  public SubscribersHandler(
      ClusterNodes nodes,
      LatestPositions newest,
      OriginPolicy gate,
      RequestAuthenticator access,
      ProblemResponse problem) {
    this.nodes = nodes;
    this.newest = newest;
    this.gate = gate;
    this.access = access;
    this.problem = problem;
  }

  /** Reads what is asked, and goes on if whoever asks may operate. */
  private void admit(HttpServerRequest request, Set<String> parameters, String what, Asked asked) {
    try {
      Query query = Query.parse(request.query(), parameters, "");
      access.admit(
          request,
          query.one(RequestAuthenticator.PARAMETER),
          caller -> {
            access.checkOperate(caller, what);
            asked.go(query, caller);
          },
          refusal -> problem.send(request, refusal));
    } catch (RefusedException e) {
      problem.send(request, e.refusal());
    }
  }

  private interface Asked {
    void go(Query query, Caller caller);
  }

  /** Says what is read. */
  public void topics(HttpServerRequest request) {
    admit(
        request,
        Set.of("limit", "after", RequestAuthenticator.PARAMETER),
        "see what is read",
        (query, caller) -> {
          int limit = limit(query);
          nodes
              .askAll(new LogMessage.ListTopics(query.one("after").orElse(""), limit + 1))
              .compose(
                  answers ->
                      newest
                          .of(ClusterListing.topics(answers.answers(), limit))
                          .map(topics -> withMissing(topics, answers)))
              .onComplete(done -> answer(request, done));
        });
  }

  /** Says who reads. */
  public void readers(HttpServerRequest request) {
    admit(
        request,
        Set.of("topic", "limit", "after", RequestAuthenticator.PARAMETER),
        "see who reads",
        (query, caller) -> {
          int limit = limit(query);
          Optional<String> topic =
              query.one("topic").map(text -> TopicPattern.parseAny(text).toString());
          SubscriberId after =
              query.one("after").map(SubscribersHandler::reader).orElse(SubscriberId.FIRST);
          nodes
              .askAll(new LogMessage.ListReaders(topic, after.number(), limit + 2))
              .map(
                  answers ->
                      withMissing(ClusterListing.readers(answers.answers(), after, limit), answers))
              .onComplete(done -> answer(request, done));
        });
  }

  private static int limit(Query query) {
    String text = query.one("limit").orElse(Integer.toString(USUAL));
    int limit = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > MOST) {
      throw Refusal.badRequest("limit is a number from 1 to " + MOST).asException();
    }
    return limit;
  }

  private static SubscriberId reader(String id) {
    return SubscriberId.parse(id)
        .orElseThrow(
            () ->
                Refusal.badRequest("after is no reader: give the last id of the answer before")
                    .asException());
  }

  private static JsonObject withMissing(JsonObject answer, Answers answers) {
    return answers.missing().isEmpty()
        ? answer
        : answer.put("missing", new JsonArray(answers.missing()));
  }

  /** Sends a reader away. */
  public void end(HttpServerRequest request, String id) {
    Optional<Refusal> stranger = gate.checkOrigin(request);
    if (stranger.isPresent()) {
      problem.send(request, stranger.get());
      return;
    }
    admit(
        request,
        Set.of(RequestAuthenticator.PARAMETER),
        "send readers away",
        (query, caller) ->
            SubscriberId.parse(id)
                .map(nodes::end)
                .orElse(Future.succeededFuture(false))
                .onSuccess(ended -> ended(request, caller, id, ended))
                .onFailure(failure -> fail(request, failure)));
  }

  private void ended(HttpServerRequest request, Caller caller, String id, boolean ended) {
    if (!ended) {
      problem.send(request, new Refusal(404, "There is no reader with this id", 0));
      return;
    }
    String name = caller.name();
    log.info(
        "Ended the reader {} as {} asked",
        id,
        name == null ? "somebody without a token" : EscapedText.shown(name));
    HttpServerResponse response = request.response();
    if (!response.ended() && !response.closed()) {
      response.setStatusCode(204).end();
    }
  }

  private void answer(HttpServerRequest request, AsyncResult<JsonObject> done) {
    HttpServerResponse response = request.response();
    if (done.failed()) {
      fail(request, done.cause());
    } else if (!response.ended() && !response.closed()) {
      response
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
      FullResponse.end(request, done.result().toBuffer().appendString("\n"));
    }
  }

  private void fail(HttpServerRequest request, Throwable failure) {
    if (failure instanceof RefusedException refused) {
      problem.send(request, refused.refusal());
    } else {
      problem.fail(request, "asking nodes", failure);
    }
  }
}
