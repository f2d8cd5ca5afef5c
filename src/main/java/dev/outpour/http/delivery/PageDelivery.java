package dev.outpour.http.delivery;

import dev.outpour.http.interest.PageMatching;
import dev.outpour.http.interest.TopicIndex;
import dev.outpour.http.stream.EncodedPage;
import dev.outpour.http.stream.NoRoom;
import dev.outpour.http.stream.PageBuffer;
import dev.outpour.http.stream.UpdateSet;
import dev.outpour.loop.TurnBudget;
import dev.outpour.update.Page;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Delivers one page to the live subscribers of an event loop, in slices between which the loop does
 * other things: first it finds who wants what, then it serves them.
 *
 * <p>It covers a fixed range of the log and those that were live when it began. A subscriber that
 * leaves leaves a gap in its group; one that joins stands at the end of the range and is skipped.
 * For use on one event loop.
 */
final class PageDelivery implements LoopPosition.Delivery {

  /** What a group wants of the page, and how many places the group had when that was found. */
  private record Delivery(InterestGroup group, UpdateSet wanted, int places) {}

  /** Lists who subscribes on one event loop. */
  interface Roster {

    /** All subscribers. */
    List<Subscriber> subscribers();

    /** All groups of subscribers. */
    Collection<InterestGroup> groups();
  }

  /** What every delivery on one event loop works with. */
  record Setup(
      DeliveryContext context,
      Transitions transitions,
      Roster roster,
      EncodedPageCache cache,
      TopicIndex<InterestGroup> index) {}

  private final List<Delivery> deliveries = new ArrayList<>();
  private final DeliveryContext context;
  private final Transitions transitions;
  private final Roster roster;
  private final EncodedPageCache cache;
  private final Page page;
  private final long from;
  private final long to;

  /** The page in the forms that groups want; retained until the delivery ends. */
  private final List<PageBuffer> pages = new ArrayList<>();

  /** Finds who wants what; null once that is known. */
  private @Nullable PageMatching<InterestGroup> matching;

  private int delivery;
  private int place;
  private int looks;
  private int delivered;
  private long deliveredBytes;

  /** What the current group gets; null before it is encoded. */
  private EncodedPage.@Nullable Part part;

  /** Whether nothing can follow for the current group. */
  private boolean last;

  /** Whether the current group falls behind, since its part could not be encoded. */
  private boolean skipping;

  /** Whether the delivery was given up: those not served yet fall behind. */
  private boolean givenUp;

  /** Whether it was given up before it was known who wants what. */
  private boolean unmatched;

  /** Those still to fall behind, if it was given up before anyone was served. */
  private Iterator<Subscriber> others = Collections.emptyIterator();

  /**
   * Begins; nobody is served yet.
   *
   * @param from the head before
   * @param to the head after; not beyond the page
   */
  PageDelivery(Setup setup, Page page, long from, long to) {
    this.context = setup.context();
    this.transitions = setup.transitions();
    this.roster = setup.roster();
    this.cache = setup.cache();
    this.page = page;
    this.from = from;
    this.to = to;
    this.matching = new PageMatching<>(setup.index(), page, from);
  }

  /** Goes on finding who wants what; false if the budget is spent before that is known. */
  private boolean match(PageMatching<InterestGroup> current, TurnBudget budget) {
    context.probe().before(Probe.Step.MATCH);
    if (!current.run(budget)) {
      return false;
    }
    for (Map.Entry<InterestGroup, UpdateSet> wanted : current.wanted().entrySet()) {
      InterestGroup group = wanted.getKey();
      if (group.places() > 0) {
        group.turn = deliveries.size();
        deliveries.add(new Delivery(group, wanted.getValue(), group.places()));
      }
    }
    matching = null;
    return true;
  }

  /**
   * Delivers until all are served or the budget is spent. If it fails for a group, the group falls
   * behind; if it fails for a subscriber, its connection ends. The others are served.
   *
   * @return how many bytes were written
   */
  int run(TurnBudget budget) {
    if (givenUp) {
      skipOn(budget);
      return 0;
    }
    int bytes = 0;
    int most = budget.bytesLeft();
    if (matching != null && !match(matching, budget)) {
      return 0;
    }
    for (; delivery < deliveries.size(); next()) {
      Delivery current = deliveries.get(delivery);
      if (part == null && (++looks & 31) == 0 && budget.isTimeUp()) {
        return bytes;
      }
      EncodedPage.Part given = part == null ? frame(current) : part;
      while ((given.events() > 0 || skipping) && place < current.places()) {
        if (bytes >= most || ((++looks & 31) == 0 && budget.isTimeUp())) {
          return bytes;
        }
        Subscriber subscriber = current.group().at(place++);
        if (skipping) {
          skip(subscriber);
        } else if (subscriber != null && wasLive(subscriber)) {
          deliver(subscriber, given);
          bytes += subscriber.writtenBytes();
        }
      }
    }
    return bytes;
  }

  /**
   * Whether a live subscriber was live when the delivery began: one that joined later stands
   * beyond.
   */
  private boolean wasLive(Subscriber subscriber) {
    return subscriber.cursor <= from;
  }

  @Override
  public long givenTo(Subscriber subscriber) {
    if (!wasLive(subscriber)) {
      return to;
    }
    if (matching != null || unmatched) {
      return from;
    }
    int turn = subscriber.group.turn;
    boolean isServed = turn < delivery || (turn == delivery && subscriber.place < place);
    return isServed ? to : from;
  }

  /** Encodes what the current group gets; a group that cannot be served gets nothing. */
  private EncodedPage.Part frame(Delivery current) {
    InterestGroup group = current.group();
    EncodedPage frames = EncodedPage.NOTHING;
    try {
      context.probe().before(Probe.Step.FRAME);
      PageBuffer sheet = sheet(group);
      frames = cache.use(sheet, () -> group.frame(sheet, current.wanted().of(page)));
    } catch (NoRoom e) {
      skipping = true;
    } catch (Throwable e) {
      context.failures().add("encoding a page", e);
      skipping = true;
    }
    EncodedPage.Part made = frames.part(from, to, context.pending().mostAtOnce());
    part = made;
    last = group.isOver(made.to(), 0);
    return made;
  }

  /** The page in the form of a group; what all groups of that form want is encoded in order. */
  private PageBuffer sheet(InterestGroup group) {
    PageBuffer sheet = cache.sheet(group, page);
    if (!pages.contains(sheet)) {
      pages.add(sheet.retain());
      if (page.updates().size() > 1) {
        cache.use(sheet, () -> frameAll(sheet, group.want()));
      }
    }
    return sheet;
  }

  private EncodedPage frameAll(PageBuffer sheet, InterestGroup.Want like) {
    UpdateSet all = new UpdateSet(page.updates().size());
    for (Delivery each : deliveries) {
      InterestGroup.Want want = each.group().want();
      if (want.form() == like.form() && want.framing() == like.framing()) {
        all.addAll(each.wanted());
      }
    }
    sheet.expect(all);
    for (int place = all.next(0); place >= 0; place = all.next(place + 1)) {
      sheet.frame(place);
    }
    return EncodedPage.NOTHING;
  }

  private void next() {
    part = null;
    skipping = false;
    delivery++;
    place = 0;
  }

  /** Gives the delivery up: all that were not served fall behind, in slices as well. */
  void giveUp() {
    givenUp = true;
    part = null;
    if (matching != null) {
      matching = null;
      unmatched = true;
      others = roster.subscribers().iterator();
    }
  }

  private void skipOn(TurnBudget budget) {
    while (others.hasNext()) {
      Subscriber subscriber = others.next();
      if (subscriber.state == Subscriber.State.LIVE && wasLive(subscriber)) {
        transitions.fallBehind(subscriber, from);
      }
      if ((++looks & 31) == 0 && budget.isTimeUp()) {
        return;
      }
    }
    for (; delivery < deliveries.size(); next()) {
      Delivery current = deliveries.get(delivery);
      while (place < current.places()) {
        skip(current.group().at(place++));
        if ((++looks & 31) == 0 && budget.isTimeUp()) {
          return;
        }
      }
    }
  }

  private void skip(@Nullable Subscriber subscriber) {
    if (subscriber != null && wasLive(subscriber)) {
      transitions.fallBehind(subscriber, from);
    }
  }

  boolean isDone() {
    return matching == null && delivery == deliveries.size() && !others.hasNext();
  }

  private void deliver(Subscriber subscriber, EncodedPage.Part part) {
    long given;
    try {
      context.probe().before(Probe.Step.WRITE);
      given = subscriber.write(part);
    } catch (Throwable e) {
      // It is not known any more what the subscriber was given.
      transitions.breakOff(subscriber, "writing to a subscriber", e);
      return;
    }
    delivered += part.eventsUpTo(given);
    deliveredBytes += part.bytesUpTo(given);
    if (given < to || subscriber.isBlocked() || last) {
      transitions.fallBehind(subscriber, given);
    }
  }

  /** The head before the page. */
  long from() {
    return from;
  }

  /** How many updates were handed to sockets, counted once for each subscriber. */
  int delivered() {
    return delivered;
  }

  /**
   * Ends the delivery, done or not: counts what was delivered, and closes the gaps that subscribers
   * left.
   */
  void close() {
    part = null;
    pages.forEach(PageBuffer::release);
    pages.clear();
    if (givenUp) {
      roster.groups().forEach(InterestGroup::compact);
    }
    for (Delivery each : deliveries) {
      each.group().turn = InterestGroup.NO_TURN;
      each.group().compact();
    }
    context.probe().before(Probe.Step.FINISH);
    context.metrics().delivered(delivered, deliveredBytes);
  }
}
