package dev.outpour.http;

import dev.outpour.auth.Caller;
import dev.outpour.broadcast.LogMessage;
import dev.outpour.http.Nodes.Answers;
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
final class WhoHandler {

  private static final Logger log = LoggerFactory.getLogger(WhoHandler.class);

  private static final int MOST = 1_000;
  private static final int USUAL = 100;

  private final Nodes nodes;
  private final NewestOfTopics newest;
  private final Gate gate;
  private final Access access;
  private final Problem problem;

  WhoHandler(Nodes nodes, NewestOfTopics newest, Gate gate, Access access, Problem problem) {
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
          query.one(Access.PARAMETER),
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
  void topics(HttpServerRequest request) {
    admit(
        request,
        Set.of("limit", "after", Access.PARAMETER),
        "see what is read",
        (query, caller) -> {
          int limit = limit(query);
          nodes
              .askAll(new LogMessage.ListTopics(query.one("after").orElse(""), limit + 1))
              .compose(
                  answers ->
                      newest
                          .of(WhoList.topics(answers.answers(), limit))
                          .map(topics -> withMissing(topics, answers)))
              .onComplete(done -> answer(request, done));
        });
  }

  /** Says who reads. */
  void readers(HttpServerRequest request) {
    admit(
        request,
        Set.of("topic", "limit", "after", Access.PARAMETER),
        "see who reads",
        (query, caller) -> {
          int limit = limit(query);
          Optional<String> topic =
              query.one("topic").map(text -> TopicPattern.parseAny(text).toString());
          ReaderId after = query.one("after").map(WhoHandler::reader).orElse(ReaderId.FIRST);
          nodes
              .askAll(new LogMessage.ListReaders(topic, after.number(), limit + 2))
              .map(
                  answers -> withMissing(WhoList.readers(answers.answers(), after, limit), answers))
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

  private static ReaderId reader(String id) {
    return ReaderId.parse(id)
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
  void end(HttpServerRequest request, String id) {
    Optional<Refusal> stranger = gate.checkOrigin(request);
    if (stranger.isPresent()) {
      problem.send(request, stranger.get());
      return;
    }
    admit(
        request,
        Set.of(Access.PARAMETER),
        "send readers away",
        (query, caller) ->
            ReaderId.parse(id)
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
        name == null ? "somebody without a token" : LogText.shown(name));
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
      WholeAnswer.end(request, done.result().toBuffer().appendString("\n"));
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
