package dev.outpour.http.delivery;

import dev.outpour.auth.Caller;
import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.http.interest.TopicCounts;
import dev.outpour.http.interest.TopicIndex;
import dev.outpour.http.stream.PendingWrites;
import dev.outpour.log.LocalLog;
import dev.outpour.logging.FailureLog;
import dev.outpour.metrics.CloseReason;
import dev.outpour.metrics.Metrics;
import dev.outpour.update.Interest;
import dev.outpour.update.Lineage;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one event loop, and the groups of those who want the same.
 *
 * <p>It registers them, visits them for heartbeats, and ends them when their tokens expire or are
 * revoked. How they get from one state to another is known to {@link SubscriberStates}. For use on
 * the event loop only.
 */
public final class Subscribers implements PageDelivery.Roster, LiveDelivery.Listener {

  private static final long PAGE_CACHE_BYTES = 8L << 20;

  private final DeliveryContext context;
  private final Map<InterestGroup.Want, InterestGroup> groups = new HashMap<>();
  private final TopicIndex<InterestGroup> index = new TopicIndex<>();
  private final Heartbeats heartbeats = new Heartbeats();
  private final ExpiryQueue expiries = new ExpiryQueue();
  private final LoopPosition position = new LoopPosition();
  private final SubscriberStates states;
  private final LiveDelivery live;
  private final SystemSubscribers system;
  private final Evictions evictions;
  private final HeartbeatVisitor visitor;

  /**
   * Begins with no subscribers.
   *
   * @param pending what is encoded and waits in sockets
   * @param stallMillis how long a subscriber may take nothing while something waits for it
   */
  public Subscribers(
      Vertx vertx, LocalLog log, Metrics metrics, PendingWrites pending, long stallMillis) {
    this(vertx, log, metrics, pending, stallMillis, Probe.NONE);
  }

  /**
   * Begins with no subscribers.
   *
   * @param probe is told of each step of delivery before it is taken
   */
  Subscribers(
      Vertx vertx,
      LocalLog log,
      Metrics metrics,
      PendingWrites pending,
      long stallMillis,
      Probe probe) {
    this.context =
        new DeliveryContext(vertx, log, metrics, pending, probe, new FailureLog("Delivery"));
    EncodedPageCache pages =
        new EncodedPageCache(index, pending, Math.min(PAGE_CACHE_BYTES, pending.most() / 4));
    this.states = new SubscriberStates(context, position, pages, this::remove);
    this.live =
        new LiveDelivery(
            new PageDelivery.Setup(context, states, this, pages, index), position, this);
    this.system =
        new SystemSubscribers(
            vertx, (each, e) -> states.breakOff(each, "telling a subscriber the status", e));
    this.evictions = new Evictions(vertx, states::end);
    this.visitor = new HeartbeatVisitor(context, position, states, stallMillis);
  }

  /** The log that is served; null while none is known. */
  public @Nullable LogDescription log() {
    return position.log();
  }

  /** The number up to which live subscribers have been given every match, or are being given it. */
  public long head() {
    return position.head();
  }

  /** The lineage of the log that is served; not to be called while none is known. */
  public Lineage lineage() {
    return position.lineage();
  }

  /** How many subscribers there are. */
  public int size() {
    return heartbeats.size();
  }

  /** Those who subscribe to the hub's own topics. */
  public SystemSubscribers system() {
    return system;
  }

  /** How many subscribers want each of some topics; counted in slices. */
  public Future<Map<Topic, Integer>> countsOf(Collection<Topic> topics) {
    return TopicCounts.of(context.vertx(), index, topics);
  }

  @Override
  public List<Subscriber> subscribers() {
    return heartbeats.all();
  }

  @Override
  public Collection<InterestGroup> groups() {
    return groups.values();
  }

  /** The group of those who want the same; a new one if there is none yet. */
  public InterestGroup group(InterestGroup.Want want) {
    return groups.computeIfAbsent(
        want,
        first -> {
          InterestGroup group = new InterestGroup(want);
          LogDescription log = position.log();
          if (log != null) {
            open(group, log);
          }
          return group;
        });
  }

  private void open(InterestGroup group, LogDescription log) {
    group.defaultTopic(log.defaultTopic());
    index.add(group);
  }

  /** Takes in a subscriber whose response has begun. */
  public void enter(Subscriber subscriber) {
    subscriber.group.enter();
    subscriber.enter(states);
    heartbeats.add(subscriber);
    if (expires(subscriber)) {
      expiries.add(subscriber);
    }
    context.metrics().readerOpened();
    if (wantsSystem(subscriber)) {
      system.enter(subscriber);
    } else {
      states.locator().locate(subscriber);
    }
  }

  private static boolean expires(Subscriber subscriber) {
    return subscriber.admitted.endMillis() != Caller.NEVER;
  }

  private static boolean wantsSystem(Subscriber subscriber) {
    return subscriber.group.want().interest().isReserved();
  }

  /** Forgets a subscriber that has left. */
  private void remove(Subscriber subscriber, CloseReason reason) {
    if (wantsSystem(subscriber)) {
      system.leave(subscriber);
    }
    heartbeats.remove(subscriber);
    subscriber.admitted.closed().accept(reason);
    if (expires(subscriber)) {
      expiries.remove(subscriber);
    }
    InterestGroup group = subscriber.group;
    if (group.exit()) {
      groups.remove(group.want(), group);
      index.remove(group);
      states.forget(group);
    }
    context.metrics().readerClosed(reason.word());
  }

  /** Whether a subscriber would be sent away at once, since all that it wants has ended. */
  public Future<Boolean> hasEnded(Interest wanted, Start start, Object asker) {
    return states.locator().hasEnded(wanted, start, asker);
  }

  /** Takes in that the log has grown, or has become known. */
  public void grown() {
    live.grown();
  }

  @Override
  public void logOpened(LogDescription log) {
    groups.values().forEach(group -> open(group, log));
  }

  @Override
  public void logReplaced() {
    subscribers().stream()
        .filter(each -> each.lineage != null)
        .forEach(each -> states.end(each, CloseReason.UNAVAILABLE));
  }

  @Override
  public void lineageChanged(Lineage lineage) {
    for (InterestGroup group : groups.values()) {
      group.forgetGap();
      group.keepEndsOf(lineage);
    }
    states.endStrays(lineage);
  }

  @Override
  public void headMoved() {
    states.settleAhead();
  }

  /** Moves the wheel of heartbeats on, as soon as no page is being delivered. */
  public void tick() {
    live.tick();
  }

  @Override
  public void beat() {
    visitor.beginTurn();
    heartbeats.tick(visitor::visit);
  }

  /** Ends the streams whose tokens have expired. */
  public void endExpired(long nowMillis) {
    if (!evictions.areUnderWay()) {
      evictions.end(expiries.due(nowMillis), CloseReason.EXPIRED);
    }
  }

  /** Ends the streams whose tokens or keys are revoked. */
  public void endRevoked(Set<String> revoked) {
    evictions.end(
        subscribers().stream()
            .filter(each -> each.caller().revocableAs().filter(revoked::contains).isPresent())
            .toList(),
        CloseReason.REVOKED);
  }

  /** Ends one stream of many; no failure keeps the others from being ended. */
  public void end(Subscriber subscriber, CloseReason reason) {
    states.end(subscriber, reason);
  }

  /** Lets a subscriber go whose connection has ended. */
  void leave(Subscriber subscriber, CloseReason reason) {
    states.leave(subscriber, reason);
  }

  /** Ends a stream, and tells its client why. */
  public void close(Subscriber subscriber, CloseReason reason) {
    states.close(subscriber, reason);
  }

  /** Frees what is held for subscribers, once there are none any more. */
  public void close() {
    live.close();
  }
}
