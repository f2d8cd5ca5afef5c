package dev.outpour.http.operate;

import dev.outpour.auth.Caller;
import dev.outpour.bus.LogMessage;
import dev.outpour.http.operate.ClusterNodes.Answers;
import dev.outpour.http.request.ProblemResponse;
import dev.outpour.http.request.Query;
import dev.outpour.http.request.RequestChecks;
import dev.outpour.http.response.FullResponse;
import dev.outpour.logging.EscapedText;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.TopicPattern;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code GET /topics}, {@code GET /readers} and {@code DELETE /readers/<id>} for operators:
 * lists the topics and subscribers of all nodes, and disconnects subscribers. For use on one event
 * loop.
 */
public final class SubscribersHandler {

  private static final Logger log = LoggerFactory.getLogger(SubscribersHandler.class);

  private static final int MAX_LIMIT = 1_000;
  private static final int DEFAULT_LIMIT = 100;

  private final ClusterNodes nodes;
  private final LatestPositions positions;
  private final RequestChecks checks;
  private final ProblemResponse problems;

  public SubscribersHandler(ClusterNodes nodes, LatestPositions positions, RequestChecks checks) {
    this.nodes = nodes;
    this.positions = positions;
    this.checks = checks;
    this.problems = checks.problems();
  }

  /** Parses the query, and runs an action if the caller is an operator. */
  private void admit(
      HttpServerRequest request,
      Set<String> parameters,
      String what,
      BiConsumer<Query, Caller> action) {
    Query query = Query.parse(request.query(), parameters, "");
    checks.admit(
        request,
        query.one(Query.ACCESS_TOKEN),
        caller -> {
          checks.authenticator().checkOperate(caller, what);
          action.accept(query, caller);
        });
  }

  /** Lists the topics. */
  public void topics(HttpServerRequest request) {
    admit(
        request,
        Set.of("limit", "after", Query.ACCESS_TOKEN),
        "list topics",
        (query, caller) -> {
          int limit = limit(query);
          nodes
              .askAll(new LogMessage.ListTopics(query.one("after").orElse(""), limit + 1))
              .compose(
                  answers ->
                      positions
                          .of(topics(answers).page(limit))
                          .map(topics -> withMissing(topics, answers)))
              .onComplete(done -> answer(request, done));
        });
  }

  /** Lists the subscribers. */
  public void list(HttpServerRequest request) {
    admit(
        request,
        Set.of("topic", "limit", "after", Query.ACCESS_TOKEN),
        "list subscribers",
        (query, caller) -> {
          int limit = limit(query);
          Optional<String> topic =
              query.one("topic").map(text -> TopicPattern.parseAny(text).toString());
          SubscriberId after =
              query.one("after").map(SubscribersHandler::subscriber).orElse(SubscriberId.FIRST);
          nodes
              .askAll(new LogMessage.ListReaders(topic, after.number(), limit + 2))
              .map(answers -> withMissing(subscribers(answers).page(after, limit), answers))
              .onComplete(done -> answer(request, done));
        });
  }

  private static TopicList topics(Answers answers) {
    return TopicList.sum(answers.answers().stream().map(TopicList::parse).toList());
  }

  private static SubscriberList subscribers(Answers answers) {
    return SubscriberList.merge(answers.answers().stream().map(SubscriberList::parse).toList());
  }

  private static int limit(Query query) {
    String text = query.one("limit").orElse(Integer.toString(DEFAULT_LIMIT));
    int limit = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > MAX_LIMIT) {
      throw Refusal.badRequest("limit must be a number from 1 to " + MAX_LIMIT).asException();
    }
    return limit;
  }

  private static SubscriberId subscriber(String id) {
    return SubscriberId.parse(id)
        .orElseThrow(
            () ->
                Refusal.badRequest("Invalid after: use the last id of the previous answer")
                    .asException());
  }

  private static JsonObject withMissing(JsonObject answer, Answers answers) {
    return answers.missing().isEmpty()
        ? answer
        : answer.put("missing", new JsonArray(answers.missing()));
  }

  /** Disconnects a subscriber. */
  public void end(HttpServerRequest request, String id) {
    checks.origins().checkOrigin(request);
    admit(
        request,
        Set.of(Query.ACCESS_TOKEN),
        "disconnect subscribers",
        (query, caller) ->
            SubscriberId.parse(id)
                .map(nodes::end)
                .orElse(Future.succeededFuture(false))
                .onSuccess(ended -> ended(request, caller, id, ended))
                .onFailure(failure -> fail(request, failure)));
  }

  private void ended(HttpServerRequest request, Caller caller, String id, boolean ended) {
    if (!ended) {
      problems.send(request, new Refusal(404, "There is no subscriber with this id", 0));
      return;
    }
    String name = caller.name();
    log.info(
        "Disconnected the subscriber {}, requested by {}",
        id,
        name == null ? "a caller without a token" : EscapedText.shown(name));
    HttpServerResponse response = request.response();
    if (FullResponse.isOpen(response)) {
      response.setStatusCode(204).end();
    }
  }

  private void answer(HttpServerRequest request, AsyncResult<JsonObject> done) {
    if (done.failed()) {
      fail(request, done.cause());
    } else {
      FullResponse.sendJson(request, done.result());
    }
  }

  private void fail(HttpServerRequest request, Throwable failure) {
    if (failure instanceof RefusedException refused) {
      problems.send(request, refused.refusal());
    } else {
      problems.fail(request, "querying nodes", failure);
    }
  }
}
