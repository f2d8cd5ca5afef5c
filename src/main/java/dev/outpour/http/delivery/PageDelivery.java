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
 * The delivery of one page to the live readers of a loop, in slices between which the loop does
 * other things: first it finds who wants what, then it serves them.
 *
 * <p>It goes over a fixed range and over the readers who were live when it began: who leaves leaves
 * a gap, who joins stands at its end and is passed over. For use on one event loop.
 */
final class PageDelivery implements LoopPosition.Delivery {

  /** What a group wants, and how many places it had when that was known. */
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

  /** The page in the forms that groups want. */
  private final List<PageBuffer> sheets = new ArrayList<>();

  /** Finds who wants what; null when that is known. */
  private @Nullable PageMatching<InterestGroup> matching;

  private int delivery;
  private int place;
  private int looks;
  private int delivered;
  private long deliveredBytes;

  /** What the group gets whose turn it is; null before it is framed. */
  private EncodedPage.@Nullable Part part;

  /** Whether nothing can follow for that group. */
  private boolean last;

  /** Whether its readers fall behind, since it could not be framed. */
  private boolean skipping;

  /** Whether it was given up: who was not served falls behind. */
  private boolean givenUp;

  /** Whether that was before it was known who wants what. */
  private boolean unmatched;

  /** Who is left of all readers, if it was given up before anyone was served. */
  private Iterator<Subscriber> others = Collections.emptyIterator();

  /**
   * Begins; nobody is served yet.
   *
   * @param from the head of the loop before
   * @param to the head of the loop after; not beyond the page
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

  /** Goes on finding who wants what; false if the budget is spent before. */
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
   * Delivers until all are served or the budget is spent. Where it fails for a reader or a group,
   * these fall behind, or their connections end, and the others are served.
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
        Subscriber stream = current.group().at(place++);
        if (skipping) {
          skip(stream);
        } else if (stream != null && wasLive(stream)) {
          deliver(stream, given);
          bytes += stream.writtenBytes();
        }
      }
    }
    return bytes;
  }

  /** Whether a live reader was so when the sweep began: who has joined since stands beyond. */
  private boolean wasLive(Subscriber stream) {
    return stream.cursor <= from;
  }

  @Override
  public long givenTo(Subscriber stream) {
    if (!wasLive(stream)) {
      return to;
    }
    if (matching != null || unmatched) {
      return from;
    }
    int turn = stream.group.turn;
    boolean isServed = turn < delivery || (turn == delivery && stream.place < place);
    return isServed ? to : from;
  }

  /** Frames what a group gets when its turn has come; one that cannot be served gets nothing. */
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
      context.failures().add("framing a page", e);
      skipping = true;
    }
    EncodedPage.Part made = frames.part(from, to, context.pending().mostAtOnce());
    part = made;
    last = group.isOver(made.to(), 0);
    return made;
  }

  /** The page in the form of a group; what all groups of that form want is framed in order. */
  private PageBuffer sheet(InterestGroup group) {
    PageBuffer sheet = cache.sheet(group, page);
    if (!sheets.contains(sheet)) {
      sheets.add(sheet.retain());
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

  /** Gives it up: all who were not served fall behind, in slices as well. */
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
      Subscriber stream = others.next();
      if (stream.state == Subscriber.State.LIVE && wasLive(stream)) {
        transitions.fallBehind(stream, from);
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

  private void skip(@Nullable Subscriber stream) {
    if (stream != null && wasLive(stream)) {
      transitions.fallBehind(stream, from);
    }
  }

  boolean isDone() {
    return matching == null && delivery == deliveries.size() && !others.hasNext();
  }

  private void deliver(Subscriber stream, EncodedPage.Part part) {
    long given;
    try {
      context.probe().before(Probe.Step.WRITE);
      given = stream.write(part);
    } catch (Throwable e) {
      // What it was given is not known any more.
      transitions.breakOff(stream, "writing to a reader", e);
      return;
    }
    delivered += part.eventsUpTo(given);
    deliveredBytes += part.bytesUpTo(given);
    if (given < to || stream.isBlocked() || last) {
      transitions.fallBehind(stream, given);
    }
  }

  /** The head of the loop before. */
  long from() {
    return from;
  }

  /** How many updates it has handed to sockets, one for each update and reader. */
  int delivered() {
    return delivered;
  }

  /**
   * Ends it, done or not: counts what was delivered, and closes the gaps that readers left who have
   * gone.
   */
  void close() {
    part = null;
    sheets.forEach(PageBuffer::release);
    sheets.clear();
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
