package dev.outpour.http;

import dev.outpour.auth.Caller;
import dev.outpour.broadcast.LocalLog;
import dev.outpour.broadcast.LogMessage.LogDescription;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.TopicPattern;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code GET /readers} and {@code DELETE /readers/<id>}: says to whoever may operate the
 * hub who reads, and sends readers away. For use on one event loop.
 */
final class ReadersHandler {

  private static final Logger logger = LoggerFactory.getLogger(ReadersHandler.class);

  private static final int MOST = 1_000;
  private static final int USUAL = 100;

  private final Vertx vertx;
  private final Node node;
  private final LocalLog log;
  private final Gate gate;
  private final Access access;
  private final Problem problem;

  ReadersHandler(Vertx vertx, Node node, LocalLog log, Gate gate, Access access, Problem problem) {
    this.vertx = vertx;
    this.node = node;
    this.log = log;
    this.gate = gate;
    this.access = access;
    this.problem = problem;
  }

  /** Says who reads. */
  void list(HttpServerRequest request) {
    try {
      Query query =
          Query.parse(request.query(), Set.of("topic", "limit", "after", Access.PARAMETER), "");
      ReaderFilter filter =
          new ReaderFilter(
              query.one("topic").map(TopicPattern::parseAny), after(query), limit(query));
      access.admitOperator(
          request,
          query.one(Access.PARAMETER),
          "see who reads",
          caller -> list(request, filter),
          refusal -> problem.send(request, refusal));
    } catch (RefusedException e) {
      problem.send(request, e.refusal());
    }
  }

  private static int limit(Query query) {
    String text = query.one("limit").orElse(Integer.toString(USUAL));
    int limit = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > MOST) {
      throw Refusal.badRequest("limit is a number from 1 to " + MOST).asException();
    }
    return limit;
  }

  private long after(Query query) {
    return query
        .one("after")
        .map(
            id ->
                number(id)
                    .orElseThrow(
                        () ->
                            Refusal.badRequest(
                                    "after is no reader of this node: give the id of one, or begin"
                                        + " without")
                                .asException()))
        .orElse(0L);
  }

  /** The number in the id of a reader of this node. */
  private OptionalLong number(String id) {
    String prefix = node.name() + "-";
    return id.startsWith(prefix) && id.substring(prefix.length()).matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(id.substring(prefix.length())))
        : OptionalLong.empty();
  }

  private void list(HttpServerRequest request, ReaderFilter filter) {
    LogDescription known = log.description();
    long last = known == null ? 0 : known.head().last();
    node.ask(vertx, audience -> ReaderList.of(audience, node, filter, last))
        .onSuccess(lists -> answer(request, ReaderList.merge(lists, filter.most()).json()));
  }

  /** Sends a reader away. */
  void end(HttpServerRequest request, String id) {
    try {
      gate.checkOrigin(request)
          .ifPresent(
              stranger -> {
                throw stranger.asException();
              });
      Query query = Query.parse(request.query(), Set.of(Access.PARAMETER), "");
      access.admitOperator(
          request,
          query.one(Access.PARAMETER),
          "send readers away",
          caller -> end(request, caller, id),
          refusal -> problem.send(request, refusal));
    } catch (RefusedException e) {
      problem.send(request, e.refusal());
    }
  }

  private void end(HttpServerRequest request, Caller caller, String id) {
    long number = number(id).orElse(-1);
    node.ask(vertx, audience -> end(audience, number))
        .onSuccess(
            ended -> {
              if (!ended.contains(true)) {
                problem.send(request, new Refusal(404, "There is no reader with this id", 0));
                return;
              }
              String name = caller.name();
              logger.info(
                  "Ended the reader {} as {} asked",
                  id,
                  name == null ? "somebody without a token" : LogText.shown(name));
              HttpServerResponse response = request.response();
              if (!response.ended() && !response.closed()) {
                response.setStatusCode(204).end();
              }
            });
  }

  private static boolean end(Audience audience, long number) {
    for (EventStream stream : audience.streams()) {
      if (stream.number == number) {
        audience.close(stream, CloseReason.ENDED_BY_OPERATOR);
        return true;
      }
    }
    return false;
  }

  private static void answer(HttpServerRequest request, JsonObject answer) {
    HttpServerResponse response = request.response();
    if (!response.ended() && !response.closed()) {
      response
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
          .end(answer.encode() + "\n");
    }
  }
}
