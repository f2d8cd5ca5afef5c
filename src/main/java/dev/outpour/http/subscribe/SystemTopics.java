package dev.outpour.http.subscribe;

import dev.outpour.auth.Caller;
import dev.outpour.http.limit.ClientQuota.Seat;
import dev.outpour.http.request.RequestAuthenticator;
import dev.outpour.update.Interest;
import dev.outpour.update.Refusal;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * The hub's own topics, which are not in the log: which of them are served here, and who may read
 * them. It does not know what they tell. For use on one event loop.
 */
public final class SystemTopics {

  private final RequestAuthenticator access;
  private final boolean status;
  private final boolean presence;
  private final Runnable statusWatched;
  private final Function<Collection<Topic>, Seat> presenceWatched;

  /**
   * Creates it.
   *
   * @param status whether the hub's status is served
   * @param presence whether the number of a topic's subscribers is served
   * @param statusWatched hears that somebody has begun to read the status
   * @param presenceWatched hears whose number somebody begins to read, until the seat is left
   */
  public SystemTopics(
      RequestAuthenticator access,
      boolean status,
      boolean presence,
      Runnable statusWatched,
      Function<Collection<Topic>, Seat> presenceWatched) {
    this.access = access;
    this.status = status;
    this.presence = presence;
    this.statusWatched = statusWatched;
    this.presenceWatched = presenceWatched;
  }

  /**
   * Checks that they are served here, and that the caller may read them.
   *
   * @throws dev.outpour.update.RefusedException if not
   */
  void check(List<TopicPattern> asked, Caller caller) {
    for (TopicPattern each : asked) {
      boolean isStatus = each.toString().equals(Topic.STATUS.name());
      if (isStatus ? !status : !presence) {
        throw Refusal.badRequest(
                "The topic '"
                    + each
                    + "' is not served here: "
                    + (isStatus ? "add console to http.serve" : "set http.presence to true")
                    + " if it should be")
            .asException();
      }
      if (!caller.rights().mayWatch(each)) {
        access.checkOperate(caller, "read how the hub is");
      }
    }
  }

  /** Has those hear of it who tell what a subscriber wants; until the seat is left. */
  Seat watch(Interest interest) {
    return presenceWatched.apply(interest.topics());
  }

  /** Hears that a subscriber has entered. */
  void entered(Interest interest) {
    if (interest.topics().contains(Topic.STATUS)) {
      statusWatched.run();
    }
  }
}
