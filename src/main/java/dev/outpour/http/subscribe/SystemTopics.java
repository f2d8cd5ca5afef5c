package dev.outpour.http.subscribe;

import dev.outpour.auth.Caller;
import dev.outpour.http.limit.ClientQuota.Permit;
import dev.outpour.http.request.RequestAuthenticator;
import dev.outpour.update.Interest;
import dev.outpour.update.Refusal;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * The hub's own topics, which are not in the log: which of them are served, and who may subscribe
 * to them. It does not know their content. For use on one event loop.
 */
public final class SystemTopics {

  private final RequestAuthenticator authenticator;
  private final boolean status;
  private final boolean presence;
  private final Runnable onStatus;
  private final Function<Collection<Topic>, Permit> onPresence;

  /**
   * Creates it.
   *
   * @param status whether the status topic is served
   * @param presence whether presence topics are served
   * @param onStatus called when a subscriber of the status has entered
   * @param onPresence called with the topics of each subscriber; its permit is released when the
   *     subscriber leaves
   */
  public SystemTopics(
      RequestAuthenticator authenticator,
      boolean status,
      boolean presence,
      Runnable onStatus,
      Function<Collection<Topic>, Permit> onPresence) {
    this.authenticator = authenticator;
    this.status = status;
    this.presence = presence;
    this.onStatus = onStatus;
    this.onPresence = onPresence;
  }

  /**
   * Checks that the topics are served, and that the caller may subscribe to them.
   *
   * @throws dev.outpour.update.RefusedException with status 400 or 403
   */
  void check(List<TopicPattern> asked, Caller caller) {
    for (TopicPattern each : asked) {
      boolean isStatus = each.toString().equals(Topic.STATUS.name());
      if (isStatus ? !status : !presence) {
        throw Refusal.badRequest(
                "The topic '"
                    + each
                    + "' is not served here: "
                    + (isStatus ? "add console to http.serve" : "set http.presence to true"))
            .asException();
      }
      if (!caller.rights().mayWatch(each)) {
        authenticator.checkOperate(caller, "read the hub's status");
      }
    }
  }

  /** Registers a subscriber of presence topics until its permit is released. */
  Permit watch(Interest interest) {
    return onPresence.apply(interest.topics());
  }

  /** Notes that a subscriber has entered. */
  void entered(Interest interest) {
    if (interest.topics().contains(Topic.STATUS)) {
      onStatus.run();
    }
  }
}
