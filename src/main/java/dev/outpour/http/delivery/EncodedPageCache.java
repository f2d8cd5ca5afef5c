package dev.outpour.http.delivery;

import dev.outpour.http.interest.PageId;
import dev.outpour.http.interest.PageMatches;
import dev.outpour.http.interest.TopicIndex;
import dev.outpour.http.stream.EncodedPage;
import dev.outpour.http.stream.NoRoom;
import dev.outpour.http.stream.PageBuffer;
import dev.outpour.http.stream.PendingWrites;
import dev.outpour.http.stream.TransferCoding;
import dev.outpour.http.stream.UpdateSet;
import dev.outpour.loop.TurnBudget;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Page;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The framed pages of one event loop, up to a number of bytes and within the bound of the process:
 * a page is framed once for each form, however many groups want it, live or behind. For use on one
 * event loop.
 *
 * <p>Where the bound is reached, it lets go of all that no sweep is at. One page may always be
 * framed, so that the loop goes on.
 */
final class EncodedPageCache implements PageBuffer.Room {

  private record Key(PageId page, EventEncoder.Form form, TransferCoding framing) {}

  private record Given(PageBuffer sheet, InterestGroup group) {}

  /** So many groups that are behind need not be looked up again. */
  private static final int MOST_GIVEN = 64;

  /** Each holds on to its page. */
  private static final int MOST_SHEETS = 32;

  private static final long IDLE_MILLIS = 10_000;

  private final Map<Key, PageBuffer> sheets = new LinkedHashMap<>(64, 0.75f, true);
  private final Map<Given, EncodedPage> given = new LinkedHashMap<>();
  private final PageMatches<InterestGroup, Subscriber> shares;
  private final PendingWrites backlog;
  private final long mostBytes;

  /** What is used now, and is not let go of. */
  private @Nullable PageBuffer current;

  private long bytes;
  private long usedMillis;

  EncodedPageCache(TopicIndex<InterestGroup> index, PendingWrites backlog, long mostBytes) {
    this.shares = new PageMatches<>(index);
    this.backlog = backlog;
    this.mostBytes = mostBytes;
  }

  /**
   * What a group gets of a page; to be used before anything else is asked of this.
   *
   * @throws NoRoom if there is no memory for it now
   */
  EncodedPage get(InterestGroup group, Page page) {
    UpdateSet wanted = shares.of(group, page);
    if (wanted.size() == 0) {
      return EncodedPage.NOTHING;
    }
    PageBuffer sheet = sheet(group, page);
    Given key = new Given(sheet, group);
    EncodedPage known = given.get(key);
    if (known != null) {
      return known;
    }
    EncodedPage made = use(sheet, () -> group.frame(sheet, wanted.of(page)));
    if (given.size() == MOST_GIVEN) {
      given.remove(given.keySet().iterator().next());
    }
    given.put(key, made);
    return made;
  }

  /** What groups want of pages. */
  PageMatches<InterestGroup, Subscriber> shares() {
    return shares;
  }

  /** A page in the form that a group wants; who keeps it has to retain it. */
  PageBuffer sheet(InterestGroup group, Page page) {
    usedMillis = TurnBudget.nowMillis();
    InterestGroup.Want want = group.want();
    Key key = new Key(PageId.of(page), want.form(), want.framing());
    PageBuffer known = sheets.get(key);
    if (known == null) {
      known = new PageBuffer(page, want.form(), want.framing(), this);
      sheets.put(key, known);
    }
    return known;
  }

  /** Has a sheet framed further, which is not let go of meanwhile. */
  EncodedPage use(PageBuffer sheet, Supplier<EncodedPage> framing) {
    PageBuffer before = current;
    current = sheet;
    try {
      return framing.get();
    } finally {
      current = before;
      dropUntil(mostBytes, sheet);
    }
  }

  @Override
  public void take(long length) {
    if (!backlog.tryAdd(length)) {
      dropUntil(0, current);
      if (!backlog.tryAdd(length)) {
        if (bytes > (current == null ? 0 : current.taken())) {
          throw new NoRoom();
        }
        backlog.add(length);
      }
    }
    bytes += length;
  }

  @Override
  public void takeAnyway(long length) {
    bytes += length;
    backlog.add(length);
  }

  @Override
  public void give(long length) {
    bytes -= length;
    backlog.remove(length);
  }

  /** Lets go of the sheets used least recently that nobody is at. */
  private void dropUntil(long most, @Nullable PageBuffer except) {
    Iterator<PageBuffer> oldest = sheets.values().iterator();
    while ((bytes > most || sheets.size() > MOST_SHEETS) && oldest.hasNext()) {
      PageBuffer sheet = oldest.next();
      if (sheet != except && !sheet.isHeld()) {
        oldest.remove();
        drop(List.of(sheet));
      }
    }
  }

  private void drop(List<PageBuffer> dropped) {
    given.keySet().removeIf(each -> dropped.contains(each.sheet()));
    dropped.forEach(PageBuffer::release);
  }

  /** Lets go of what was not used for long; to be called now and then. */
  void tick() {
    if (!sheets.isEmpty() && TurnBudget.nowMillis() - usedMillis >= IDLE_MILLIS) {
      clear();
    }
  }

  /** Lets go of all; who retains a sheet has it still. */
  void clear() {
    List<PageBuffer> all = new ArrayList<>(sheets.values());
    sheets.clear();
    given.clear();
    all.forEach(PageBuffer::release);
    shares.clear();
  }
}
